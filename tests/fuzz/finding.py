"""What must hold of the analysis and of `check --fix` for every file, however mangled."""

import os
import tempfile
from collections import Counter
from pathlib import Path

from patcher.analysis.file import analyse
from patcher.analysis.site import Site
from patcher.catalogue.load import families
from patcher.errors import NextfixError
from patcher.fix.fix_file import Fixed, Key, Task, fix_file, key_of
from patcher.scan.read import ScannedFile, look_at
from patcher.syntax.tree import Dialect, dialect_of, errors, parse
from patcher.text.unified import patched, reverted, unified
from tests.fuzz.laws import budget
from tests.fuzz.node import is_javascript

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
_FOLDER = Path(tempfile.mkdtemp(prefix="nextfix-fuzz-", dir=MEMORY))
# One's own source is parsed whole, a package's only as far as it must be; each grammar has its suffix.
NAMES = ("own.js", "own.ts", "own.tsx", "node_modules/theirs/index.js", "node_modules/theirs/index.mts")
LONGER = 30.0  # seconds: a file is analysed again for every finding that is fixed, and all of it twice here
# Nothing that is fixed lies in these: what surrounds a file must come out of --fix as it was.
HEAD = b"/* kept \xff\t*/ ;\r\n \t;\n\n"
TAIL = b"\n;  // kept \xe2\x80\xa8 \t\r\n\t ;"


def looked_at(source: bytes, name: str) -> ScannedFile:
    """What `check` makes of `source` in a file called `name`: sites that lie in it, or a reason; within the budget."""
    path = _FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(source)
    with budget():
        outcome = look_at(str(path))
    if outcome.key and b"\0" not in source and not source.startswith((b"\xff\xfe", b"\xfe\xff")):
        _placed(source, outcome.sites)
    return outcome


def _placed(source: bytes, sites: tuple[Site, ...]) -> None:
    at = -1
    for site in sites:
        assert at <= site.offset < site.end <= len(source), site
        assert site.line == source.count(b"\n", 0, site.offset) + 1, site
        assert site.column >= 1, site
        assert site.slot, site
        at = site.offset


def mended(source: bytes, style: str, name: str = "own.js") -> Fixed | None:
    """What `--fix` makes of `source`: it parses, has only the fixed findings less, and is left alone by a second pass.

    None when the file is deeper than is looked into.
    """
    dialect = dialect_of(name)
    framed = HEAD + source + TAIL
    with budget(LONGER):
        try:
            before = analyse(framed, dialect)
            result = _fixed(framed, before, style, dialect)
        except NextfixError:
            return None
        if result.new == framed:
            assert not result.fixed, result.fixed
            return result
        _sound(framed, before, result, style, dialect)
    return Fixed(result.new[len(HEAD) : -len(TAIL)], result.fixed, result.refused)


def _fixed(source: bytes, sites: list[Site], style: str, dialect: Dialect) -> Fixed:
    keys = [key_of(site) for site in sites]
    result = fix_file(source, keys, Task(families(), style, dialect, lambda _: ""))
    assert Counter({*result.fixed, *result.refused}) == Counter({*keys}), (
        "a finding is neither fixed nor refused"
    )
    return result


def _sound(source: bytes, before: list[Site], result: Fixed, style: str, dialect: Dialect) -> None:
    new = result.new
    assert not any(errors(parse(new, dialect).root_node)), "the result does not parse"
    assert new.startswith(HEAD), "bytes before the file changed"
    # A last statement without its end takes its end from the tail.
    assert new.endswith(TAIL) or not is_javascript(source), "bytes after the file changed"
    after = analyse(new, dialect)
    left = _named(before, set(result.refused))
    assert Counter((site.family, site.slot) for site in after) == left, "other findings than those left"
    assert _fixed(new, after, style, dialect).new == new, "a second pass changes more"
    patch = unified(source, new, "a.js")
    assert patched(patch, source) == new, "the diff does not lead to the result"
    assert reverted(patch, new) == source, "the diff does not lead back"


def _named(sites: list[Site], kept: set[Key]) -> Counter[tuple[str, str]]:
    return Counter((site.family, site.slot) for site in sites if key_of(site) in kept)
