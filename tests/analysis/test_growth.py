"""The work of the analysis and of `check --fix` grows as their input does, counted in calls and not timed.

Each example of a family is repeated: with names of its own each time, as many writers of one slot, and all in one
function. Four times as many may take little more than four times the calls; what compares each with each takes sixteen.
"""

import re
from collections.abc import Callable

import pytest

from patcher.analysis.file import analyse
from patcher.catalogue.load import families
from patcher.fix.fix_file import Task, fix_file, key_of
from patcher.syntax.tree import Dialect
from tests.work import calls

_DECLARED = re.compile(
    r"^(?:(?:const|let|class|async function|function) (\w+)|const \{ (\w+) \} = require)", re.M
)
FEW, MOST = 15, 6.0  # examples; times the calls for four times as many


def apart(example: str, times: int) -> str:
    """The example so often, the names that its file declares another each time."""
    names = {name for found in _DECLARED.finditer(example) for name in found.groups() if name}
    named = re.compile(rf"(?<![\w.'\"{{:/])\b({'|'.join(names)})\b(?![\w'\"/:])")
    required = re.compile(r"\{ (\w+) \} = require")
    texts = []
    for number in range(times):
        text = required.sub(rf"{{ \1: \1_{number} }} = require", named.sub(rf"\1_{number}", example))
        texts.append(text.replace("exports.handle", f"exports.handle{number}"))
    return "\n".join(texts)


def together(example: str, times: int) -> str:
    """The example with its last function so often: each does the same to the same slot."""
    start = example.index("exports.handle")
    parts = (example[start:].replace("exports.handle", f"exports.handle{n}") for n in range(times))
    return example[:start] + ";\n".join(parts)


def enclosed(example: str, times: int) -> str:
    """As `apart`, all in one function."""
    return f"function whole(exports) {{\n{apart(example, times)}\n}}\nwhole(exports)\n"


SHAPES: tuple[Callable[[str, int], str], ...] = (apart, together, enclosed)


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.__name__ for shape in SHAPES])
@pytest.mark.parametrize("family", families())
def test_four_times_the_findings_take_little_more_than_four_times_the_calls(
    family: str, shape: Callable[[str, int], str]
) -> None:
    example = families()[family].retains
    task = Task(families(), "", Dialect.JAVASCRIPT, lambda _: "")

    def work(times: int) -> tuple[int, int]:
        source = shape(example, times).encode()
        sites = analyse(source)
        return (
            calls(lambda: analyse(source)),
            calls(lambda: fix_file(source, [*map(key_of, sites)], task, sites)),
        )

    few, many = work(FEW), work(4 * FEW)
    assert many[0] / few[0] < MOST, "analysis"
    assert many[1] / few[1] < MOST, "fix"


CLEARED = {
    "a variable": (
        "let p\n",
        "exports.get{n} = () => p ??= load({n})\nexports.clear{n} = () => {{ p = null }}\n",
    ),
    "a field": (
        "class A {\n",
        "  async get{n}() {{ this.p ??= load({n}); await this.p }}\n"
        "  async drop{n}() {{ await this.q; this.p = null }}\n",
    ),
    "entries": (
        "const m = new Map()\n",
        "exports.get{n} = (k) => {{ if (!m.has(k)) m.set(k, load({n})) }}\nexports.drop{n} = (k) => m.delete(k)\n",
    ),
}


@pytest.mark.parametrize(("head", "part"), CLEARED.values(), ids=CLEARED)
def test_stores_and_places_that_empty_one_slot_are_not_each_compared_with_each(head: str, part: str) -> None:
    def work(times: int) -> int:
        parts = "".join(part.format(n=number) for number in range(times))
        source = f"async function load() {{}}\n{head}{parts}{'}' if head.startswith('class') else ''}\n"
        return calls(lambda: analyse(source.encode()))

    assert work(4 * 45) / work(45) < MOST
