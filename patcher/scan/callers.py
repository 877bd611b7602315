"""Whether a function runs only on the calls of certain files: those that work through background jobs."""

import re
from collections.abc import Callable, Iterable

from patcher.analysis.facts.calls import call_of
from patcher.analysis.facts.lifetimes import takes_request
from patcher.analysis.facts.scopes import function_name
from patcher.scan.call_places import in_own_body, whole_use
from patcher.scan.ownership import HANDED_ON, Ownership

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
