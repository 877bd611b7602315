"""The link step: which of the files that have sites run in a server, seen from all files of a package or project."""

import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from patcher.scan.package_files import loaded_files, package_folder
from patcher.scan.server_code import ServerCode
from patcher.scan.server_names import ELSEWHERE

_NOT_LOADED = (
    "Node loads no such file of this package: it is a build for another runtime, or a source packed along"
)
_ELSEWHERE = "its path names another runtime or what only a browser has"
_RUN_BY_HAND = "the package is one of a command line"
_COMMAND = re.compile(r"/(?:[\w.-]+-)?cli(?:-[\w.-]+)?$")
_NOT_SERVED = "no server entry of this project reaches this file"


@dataclass(frozen=True, slots=True)
class Linked:
    """What the files of a run are linked by.

    Args:
        own: one's own source files, as they were listed.
        named: the files that were named on the command line; those are looked at whoever loads them.
        thorough: whether sites that no server runs are kept, as notes.
    """

    own: Sequence[str] = ()
    named: Collection[str] = frozenset()
    thorough: bool = False


class Link:
    """Answers, for each file with sites, whether a server runs it; asks only for what it needs."""

    def __init__(self, linked: Linked) -> None:
        self._linked = linked
        self._server: ServerCode | None = None

    @property
    def thorough(self) -> bool:
        """Whether sites that no server runs are kept, as notes."""
        return self._linked.thorough

    def at_start(self, path: str, function: str) -> bool:
        """Whether a file that a server runs calls `function`, of one's own file at `path`, when it is loaded."""
        if package_folder(os.path.abspath(path).replace(os.sep, "/")) or not self._linked.own:
            return False
        return self._servers().started(function)

    def _servers(self) -> ServerCode:
        if self._server is None:
            self._server = ServerCode(self._linked.own)
        return self._server

    def doubt(self, path: str) -> str:
        """Why no server runs the file at `path`; empty when one does, or when nobody can tell."""
        if path in self._linked.named:
            return ""
        absolute = os.path.abspath(path).replace(os.sep, "/")
        folder = package_folder(absolute)
        if folder:
            loaded = loaded_files(folder)
            if loaded is not None and absolute not in loaded:
                return _NOT_LOADED
            if _COMMAND.search(folder) is not None:
                return _RUN_BY_HAND
            inside = absolute[len(folder) + 1 :]
            return _ELSEWHERE if ELSEWHERE.search(inside) is not None else ""
        if not self._linked.own:
            return ""
        return "" if self._servers().runs(absolute) else _NOT_SERVED
