"""Fixing a file costs work in proportion to its findings: counted in bytes searched and levels walked, never timed."""

import re
from types import ModuleType
from typing import Any

import pytest

from patcher.analysis.facts.code import Code
from patcher.analysis.file import analyse
from patcher.catalogue.load import families
from patcher.detached import narrowing, own_root, refusals
from patcher.fix import async_functions, fix_file
from patcher.fix.fix_file import Task, key_of
from patcher.scan.ownership import Ownership
from patcher.syntax.tree import Dialect
from patcher.text import async_root
from patcher.text.spans import Spans

_TIMER = b"setInterval(()=>this.r(),9)"
_MEMO = b"let p%d;exports.g%d=async function(){if(!p%d)p%d=load(%d);return p%d}\n"
SHAPES = {
    "guarded intervals": b"let t%d;exports.f%d=()=>{if(!t%d)t%d=setInterval(p,1e3)}\n",
    "intervals of a function that is long": b"let t%d;exports.f%d=()=>{if(!t%d)t%d=setInterval(()=>p(%d),1e3)}\n",
    "fields whose function came from outside": (
        b"class C%d{constructor(r%d){this.r%d=r%d}f(){this.t%d??=" + _TIMER + b"}}\n"
    ),
    "memos": _MEMO,
    "memos after conditions that leave": b"if(a%d)throw b%d;" + _MEMO,
}


class Counting:
    """A compiled pattern that counts the bytes that it is asked to look at."""

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self.pattern, self.bytes = pattern, 0

    def __getattr__(self, name: str) -> Any:
        def counted(text: bytes, *bounds: int) -> Any:
            first = bounds[0] if bounds else 0
            last = bounds[1] if len(bounds) > 1 else len(text)
            self.bytes += last - first
            return getattr(self.pattern, name)(text, *bounds)

        return counted


@pytest.fixture
def patterns(monkeypatch: pytest.MonkeyPatch) -> list[Counting]:
    found = []
    modules: tuple[ModuleType, ...] = (own_root, refusals, narrowing, async_functions, fix_file, async_root)
    for module in modules:
        for name, value in vars(module).copy().items():
            if isinstance(value, re.Pattern):
                found.append(Counting(value))
                monkeypatch.setattr(module, name, found[-1])
    return found


def _work(shape: bytes, count: int, dialect: Dialect, patterns: list[Counting], made: list[Code]) -> int:
    source = b"async function load(n){return n}\nfunction p(){%b}\n" % (b"q();" * count) + b"".join(
        shape % ((number,) * shape.count(b"%d")) for number in range(count)
    )
    keys = [key_of(site) for site in analyse(source, dialect)]
    assert len(keys) == count
    made.clear()
    before = sum(pattern.bytes for pattern in patterns)
    fix_file.fix_file(source, keys, Task(families(), "", dialect, lambda _: ""))
    searched = sum(pattern.bytes for pattern in patterns) - before
    return searched + sum(code.passed for code in made)


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_findings_are_twice_the_work(
    shape: str, patterns: list[Counting], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Code] = []
    start = Code.__init__

    def kept(code: Code, *given: Any, **named: Any) -> None:
        made.append(code)
        start(code, *given, **named)

    monkeypatch.setattr(Code, "__init__", kept)
    dialect = Dialect.TYPESCRIPT if "conditions" in shape else Dialect.JAVASCRIPT

    once, twice = (_work(SHAPES[shape], count, dialect, patterns, made) for count in (100, 200))

    assert twice < 2.5 * once


def test_many_names_are_looked_up_in_an_index_and_not_in_each_file() -> None:
    asked = 0
    files = {
        f"/{number}.js": b"".join(
            b"function start%d(){}\n" % at for at in range(number * 500, 500 + number * 500)
        )
        for number in range(4)
    }

    def read(path: str) -> bytes:
        nonlocal asked
        asked += len(files[path])
        return files[path]

    owners = Ownership(files, read)
    for number in range(2_000):
        owners.results(f"/{number // 500}.js", f"start{number}")

    assert asked < 250 * sum(map(len, files.values()))


def test_a_set_of_stretches_knows_what_overlaps() -> None:
    spans = Spans()
    for start, end in ((10, 20), (30, 40), (15, 32), (50, 60)):
        spans.add(start, end)

    assert [spans.overlaps(*span) for span in ((0, 10), (40, 50), (39, 41), (20, 20), (10, 10), (0, 99))] == [
        False, False, True, True, False, True,
    ]  # fmt: skip
