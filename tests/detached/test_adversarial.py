"""Laws of the rewrite, on texts that are put together by chance to break it."""

import json
import shutil
import subprocess
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patcher.semantic_patch.verify import only_edited
from patcher.syntax.tree import errors, parse
from patcher.text.edits import Edit, apply_edits
from tests.detached.hostile_texts import hostile
from tests.fix.fixing import fixed

NODE = shutil.which("node")
# Reads each text as a script, which runs nothing.
READS = """
const vm = require("node:vm")
const texts = JSON.parse(require("node:fs").readFileSync(0, "utf8"))
const wrong = []
for (const text of texts) {
  try { new vm.Script(text.replace(/^\\uFEFF/, "")) } catch (error) { wrong.push([String(error), text]) }
}
console.log(JSON.stringify(wrong))
"""


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_a_rewrite_keeps_every_byte_beside_it_and_can_be_taken_back(seed: int, package: bool) -> None:
    source = hostile(Random(seed))
    result = fixed(source.text, "detached", package=package)

    assert only_edited(source.text, result.edits, result.new)
    assert apply_edits(result.new, _inverse(source.text, result.edits)) == source.text
    assert len(result.fixed) == source.kept, result.refused
    assert not any(errors(parse(result.new).root_node))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_a_rewritten_text_is_left_as_it_is(seed: int, package: bool) -> None:
    once = fixed(hostile(Random(seed)).text, "detached", package=package)
    again = fixed(once.new, "detached", package=package)

    assert (again.new, again.fixed, again.refused) == (once.new, (), {})


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_no_line_of_a_package_moves_and_line_ends_stay(seed: int) -> None:
    source = hostile(Random(seed)).text
    new = fixed(source, "detached", package=True).new
    old_lines, new_lines = source.split(b"\n"), new.split(b"\n")

    assert len(new_lines) - len(old_lines) in (0, 1)  # the root's own, after the last
    for old, line in zip(old_lines, new_lines, strict=False):
        assert old.endswith(b"\r") == line.endswith(b"\r") or old == old_lines[-1]
    assert len([line for line in new_lines[: len(old_lines)] if b"nextfixRoot(make" in line]) <= 1


@pytest.mark.skipif(NODE is None, reason="no node on PATH: nothing can be read")
@pytest.mark.parametrize("package", [False, True], ids=["own", "package"])
def test_node_reads_what_is_written(package: bool) -> None:
    texts = [
        fixed(hostile(Random(seed)).text, "detached", package=package).new.decode() for seed in range(120)
    ]
    assert NODE is not None
    done = subprocess.run(
        [NODE, "-e", READS], input=json.dumps(texts), capture_output=True, text=True, timeout=120, check=True
    )

    assert json.loads(done.stdout) == []


def _inverse(source: bytes, edits: tuple[Edit, ...]) -> list[Edit]:
    """The edits that take `edits` back."""
    back, grown = [], 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        start = edit.start + grown
        back.append(Edit(start, start + len(edit.new), source[edit.start : edit.end]))
        grown += len(edit.new) - (edit.end - edit.start)
    return back
