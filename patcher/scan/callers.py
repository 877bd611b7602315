"""Who calls a function: only certain files, as those that work through background jobs, or nobody at all."""

import re
from collections.abc import Callable, Iterable

from patcher.analysis.facts.calls import call_of
from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.lifetimes import takes_request
from patcher.analysis.facts.scopes import function_name, is_module
from patcher.scan.call_places import in_own_body, whole_use
from patcher.scan.ownership import Ownership
from patcher.scan.starting import HANDED_ON
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_MOST = 20  # functions that are asked who calls them


Loads = Callable[[str], Iterable[str]]
_PASSES_ON = re.compile(r"(?:^|/)index\.[cm]?[jt]sx?$")


def only_called_by(
    owners: Ownership, loads: Loads, home: str, name: bytes, files: Callable[[str], bool]
) -> bool:
    """Whether each call of the function `name` of the file `home` stands in one of `files`, or in a function that only
    they call.

    A function that is handed on is called by whoever gets it; one that nobody calls is not theirs. What has the same
    name in a file that does not load `home`, itself or through an index, as `loads` says, is another function.
    """
    waiting, known = [(home, name)], {(home, name)}
    while waiting:
        here, function = waiting.pop()
        callers = _callers(owners, loads, here, function, files)
        if not callers or len(known) > _MOST:
            return False
        for caller in callers - known:
            if caller == _THEIRS:
                continue
            if not caller[1]:
                return False
            known.add(caller)
            waiting.append(caller)
    return True


_THEIRS = ("", b"")


def _callers(
    owners: Ownership, loads: Loads, home: str, name: bytes, files: Callable[[str], bool]
) -> set[tuple[str, bytes]]:
    """The functions that call `name` of `home`, by file and name: `_THEIRS` for all in `files`; without a name for one
    that nobody can follow, or that a request is given to."""
    found: set[tuple[str, bytes]] = set()
    for path, code, use in owners.uses(home, name):
        here = whole_use(code, use)
        above, called = code.parent(here), call_of(code, here, method=False) is not None
        if above is None or not (called or above.type in HANDED_ON) or in_own_body(code, use, name):
            continue
        if path != home and not _has(loads, path, home):
            continue
        if files(path):
            found.add(_THEIRS)
            continue
        around = code.functions(above) if called else []
        # A callback inside of a function runs because that one did.
        caller = next((held for one in reversed([*around]) if (held := function_name(code, one))), b"")
        found.add((path, b"" if any(takes_request(code, one) for one in around) else caller))
    return found


def _has(loads: Loads, path: str, home: str) -> bool:
    """Whether the file at `path` loads `home`, itself or through the index of a folder."""
    direct = set(loads(path))
    return home in direct or any(home in loads(one) for one in direct if _PASSES_ON.search(one) is not None)


def nobody_calls(owners: Ownership, home: str, name: bytes) -> bool:
    """Whether the function `name` of the module `home` is named in no other file, and called nowhere in its own."""
    if len(name) < _TELLING or owners.mentions(name) != [home]:
        return False
    code = owners.code(home)
    if code is None or _DEFAULT_EXPORT.search(owners.read(home)) is not None:
        return False
    words = code.words(name)
    others = [use for use in words if not _declares(code, use) and not in_own_body(code, use, name)]
    return any(_declares(code, use) for use in words) and all(_only_exports(code, use) for use in others)


_TELLING = 6  # a shorter name may be asked for in a way that nobody can see
_DEFAULT_EXPORT = re.compile(rb"\bexport\s+default\b|\bmodule\.exports\s*=(?!\s*\{)|\bas\s+default\b")


def _declares(code: Code, use: Node) -> bool:
    above = code.parent(use)
    if above is None or field(above, "name") != use or not is_module(code, code.function(above)):
        return False
    value = field(above, "value") if above.type == "variable_declarator" else above
    return value is not None and value.type in FUNCTIONS


def _only_exports(code: Code, use: Node) -> bool:
    """Whether a name stands in what a module exports: `export { f }`, `module.exports = { f }`, `exports.f = f`."""
    for above in code.ancestors(use):
        if above.type == "export_specifier":
            return field(above, "alias") is None
        if above.type == "assignment_expression":
            return _EXPORTS.match(code.text(field(above, "left"))) is not None
        if above.type not in ("object", "pair", "member_expression"):
            return False
    return False


_EXPORTS = re.compile(rb"(?:module\.)?exports\b")
