"""The link step: which of the files that have sites run in a server, seen from all files of a package or project."""

import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from patcher.analysis.site import Site
from patcher.scan.ownership import Made
from patcher.scan.package_files import loaded_files, package_folder
from patcher.scan.server_code import ServerCode
from patcher.scan.server_names import ELSEWHERE

_NOT_LOADED = (
    "Node loads no such file of this package: it is a build for another runtime, or a source packed along"
)
_ELSEWHERE = "its path names another runtime or what only a browser has"
_RUN_BY_HAND = "the package is one of a command line"
_COMMAND = re.compile(r"/(?:[\w.-]+-)?cli(?:-[\w.-]+)?$")
_RENDERED = (
    "only components load this file: does a server call `{}` while it renders them, or only a browser?"
)
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

    def settled(self, path: str, sites: Sequence[Site]) -> tuple[Site, ...]:
        """Those of the `sites` of the file at `path` that outlive a request as far as the other files tell; a doubt
        that they settle is taken away, and one that they leave is named.

        Sites of packages are given back as they are.
        """
        if not self.is_own(path):
            return tuple(sites)
        home = os.path.abspath(path).replace(os.sep, "/")
        found = tuple(found for site in sites if (found := self._asked(home, site)) is not None)
        if home not in self._servers().only_rendered:
            return found
        return tuple(
            replace(site, doubt=site.doubt or _RENDERED.format(site.function or "this")) for site in found
        )

    def _asked(self, home: str, site: Site) -> Site | None:
        owners = self._servers().owners
        if site.function and owners.only_starts(home, site.function, site.offset):
            return None
        if site.owner:
            made = owners.instances(home, site.owner)
        elif site.maker:
            made = owners.results(home, site.maker)
        else:
            return site
        if made is Made.PASSES:
            return None
        if made is Made.LASTS:
            return replace(site, doubt="")
        return replace(site, doubt=site.doubt or _doubt(site, nobody=made is Made.NOBODY))

    def is_own(self, path: str) -> bool:
        """Whether the file at `path` is one of one's own, and not of a package."""
        return bool(self._linked.own) and not package_folder(os.path.abspath(path).replace(os.sep, "/"))

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


def _doubt(site: Site, *, nobody: bool) -> str:
    name = site.owner or site.maker
    if nobody:
        return (
            f"nothing in this project makes `{name}`: is there one for the process, or one for each request?"
        )
    return f"is there one `{name}` for the process, or one for each request?"
