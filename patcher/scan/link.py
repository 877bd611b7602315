"""The link step: which of the files that have sites run in a server, seen from all files of a package or project."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from patcher.analysis.doubt import SURE, About, Doubt, how_many
from patcher.analysis.site import Site
from patcher.disk.outside import read_outside
from patcher.errors import NextfixError
from patcher.rule import Family
from patcher.scan.callers import nobody_calls, only_called_by
from patcher.scan.linked import Linked
from patcher.scan.other_runtimes import refused_by_node
from patcher.scan.ownership import Made
from patcher.scan.package_code import PackageCode, PackagesCode, is_of_a_page, is_of_browsers
from patcher.scan.package_files import is_command, loaded_files, package_folder
from patcher.scan.server_code import ServerCode
from patcher.scan.server_names import ELSEWHERE

_NOT_LOADED = (
    "Node loads no such file of this package: it is a build for another runtime, or a source packed along"
)
_ELSEWHERE = "its path names another runtime or what only a browser has"
_RUN_BY_HAND = "the package is one of a command line"
_REFUSED = "it loads a module of another runtime, which Node refuses"
_COMMAND = re.compile(r"/(?:[\w.-]+-)?cli(?:-[\w.-]+)?$")
# What a connection does for itself, as long as it is open.
_BACKGROUND = re.compile(
    r"(?i:heart_?beat|long_?poll|keep_?alive|reconnect|health_?check|watchdog)|P(?:ing|oll)|(?<![a-zA-Z])(?i:ping|poll)"
)
# A hook of React, and what a module that has one loads.
_HOOK = re.compile(r"use[A-Z]\w*")
_REACT = re.compile(rb"(?:\bfrom\s*|\brequire\(\s*)[\"']react[\"']")
_BROWSERS = "the package uses what only a browser has, and no module of Node"
# Whoever has one of these keeps it.
_LASTING = re.compile(
    r"(?:Client|Connection|Pool|Manager|Service|Registry|Cache|Store|Server|Agent|Driver|Provider|Broker)$"
)
# Whoever has one of these is in one conversation or one execution, mostly for one request.
_ONE_USE = re.compile(
    r"(?:Session|Channel|Traversal|Trace|View|Writer|Reader|Run|Loop|Holder|Thread|Turn|Step)$"
)
_RENDERED = (
    "only components load this file: does a server call `{}` while it renders them, or only a browser?"
)
# A server of GraphQL has its schema before it answers the first request.
_SCHEMA = re.compile(
    r"(?i)(?:executable|federated|gateway|graphql|merged|stitched|subgraph|supergraph)_?schema$"
)
_BUILT = "does a request call `{}` first, or whoever builds the schema before the server listens?"
_IN_A_HOOK = "does a server call the hook `{}` while it renders, or only a browser?"
_UNCALLED = "nothing that a server of this project runs calls `{}`: who does?"
_UNSURE_TIMER = Doubt(
    "nothing in this package says that a request starts this timer, and that the handle outlives it",
    About.TIMER,
)
_NOT_SERVED = "no server entry of this project reaches this file"


class Link:
    """Answers, for each file with sites, whether a server runs it; asks only for what it needs.

    Args:
        linked: what the files are linked by.
        families: the families of the sites, by id.
    """

    def __init__(self, linked: Linked, families: Mapping[str, Family]) -> None:
        self._linked, self._families = linked, families
        self._server: ServerCode | None = None
        self._packages = PackagesCode()

    @property
    def thorough(self) -> bool:
        """Whether sites that no server runs are kept, as notes."""
        return self._linked.thorough

    def settled(self, path: str, sites: Sequence[Site]) -> tuple[Site, ...]:
        """Those of the `sites` of the file at `path` that outlive a request as far as the other files tell; a doubt
        that they settle is taken away, and one that they leave is named.
        """
        home = os.path.abspath(path).replace(os.sep, "/")
        if not self.is_own(path):
            return tuple(found for site in sites if (found := self._asked_of_package(home, site)) is not None)
        own = tuple(left for site in sites if (left := self._asked(home, site)) is not None)
        own = tuple(self._asked_of_callers(home, self._asked_of_jobs(home, site)) for site in own)
        if home not in self._servers().only_rendered:
            return own
        return tuple(_doubted(site, _RENDERED) for site in own)

    def _asked_of_jobs(self, home: str, site: Site) -> Site:
        """The site in doubt, where only what works through background jobs is seen to run it."""
        servers = self._servers()
        if site.doubt:
            return site
        if runner := servers.job_runner(home):
            return _doubted(
                site,
                f"this file works through the jobs of {runner}: does a request call `{{}}`, or only a job?",
            )
        if not self._families[site.family].each_call or not site.function:
            return site
        if only_called_by(
            servers.owners,
            servers.loads,
            home,
            site.function.encode(),
            lambda path: bool(servers.job_runner(path)),
        ):
            return _doubted(site, "only background jobs are seen to call `{}`: does a request, too?")
        return site

    def _asked_of_callers(self, home: str, site: Site) -> Site:
        """The site in doubt, where nothing that a server runs is seen to call the function of the module around it."""
        servers = self._servers()
        if site.doubt or not site.function or not servers.reached or home in servers.entries:
            return site
        name = servers.owners.outermost(home, site.offset)
        if not name or not nobody_calls(servers.owners, home, name):
            return site
        return replace(site, doubt=Doubt(_UNCALLED.format(name.decode("utf-8", "replace"))))

    def _asked_of_package(self, home: str, site: Site) -> Site | None:
        family = self._families[site.family]
        if asked := _asked_by_name(home, site, family):
            return replace(site, doubt=asked)
        name = site.owner or site.maker
        if family.ends_with_owner and _goes_soon(site):
            return None
        site = _with_schema(site)
        timer = family.keeps == "timer"
        code = self._packages.of(home) if name else None
        if code is None:
            return replace(site, doubt=_UNSURE_TIMER) if timer and (name or "this" in site.slot) else site
        made = (code.owners.instances if site.owner else code.owners.results)(home, name)
        if made is Made.PASSES and not code.exports(name.encode()):
            return None
        if family.ends_with_owner and not code.exports(name.encode()):
            return None
        if timer and not _lives(code, site, made):
            return replace(site, doubt=_UNSURE_TIMER)
        if made is not Made.LASTS and len(site.owner) in (1, 2) and not site.doubt:
            return replace(site, doubt=how_many(f"a minifier took the name of `{site.owner}`: is there one"))
        brief = made is not Made.LASTS and _ONE_USE.search(name) is not None
        if brief or (made in (Made.PASSES, Made.GIVEN) and not _LASTING.search(name)):
            return replace(site, doubt=_for_one_use(name))
        if site.doubt and made is Made.NOBODY and not _LASTING.search(name):
            return replace(site, doubt=_made_by_nobody(name, "package"))
        return site

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
        if made is Made.PASSES or (self._families[site.family].ends_with_owner and made is not Made.LASTS):
            return None
        if made is Made.LASTS:
            return replace(site, doubt=SURE) if site.doubt.about is About.OBJECTS else site
        return replace(site, doubt=site.doubt or _doubt(site, nobody=made is Made.NOBODY))

    def is_named(self, path: str) -> bool:
        """Whether the file at `path` was named on the command line."""
        return path in self._linked.named

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
            if _COMMAND.search(folder) is not None or is_command(folder):
                return _RUN_BY_HAND
            if absolute in refused_by_node(folder):
                return _REFUSED
            # Of a package whose files Node loads by no name, each file is asked.
            if is_of_browsers(folder) or (loaded is None and is_of_a_page(absolute)):
                return _BROWSERS
            inside = absolute[len(folder) + 1 :]
            return _ELSEWHERE if ELSEWHERE.search(inside) is not None else ""
        if not self._linked.own:
            return ""
        return "" if self._servers().runs(absolute) else _NOT_SERVED


def _asked_by_name(home: str, site: Site, family: Family) -> Doubt:
    """What the names around a site put in doubt: a connection's own timer, and a hook of React."""
    own = _BACKGROUND.search(f"{site.slot} {site.function} {site.owner}") is not None
    if own and family.keeps in ("timer", "live-timer"):
        return _UNSURE_TIMER
    if _HOOK.fullmatch(site.function) is not None and _REACT.search(_source(home)) is not None:
        return Doubt(_IN_A_HOOK.format(site.function), About.RENDERING)
    return SURE


def _goes_soon(site: Site) -> bool:
    """Whether the object that has the slot is not named as one that lasts."""
    name = site.owner or site.maker
    return _LASTING.search(name) is None if name else site.slot.startswith("this.")


def _with_schema(site: Site) -> Site:
    """The site in doubt, where its slot is the schema of a server of GraphQL, in an object."""
    if site.doubt or not site.owner or _SCHEMA.search(site.slot) is None:
        return site
    return replace(site, doubt=Doubt(_BUILT.format(site.function)))


def _source(path: str) -> bytes:
    try:
        return read_outside(path)
    except NextfixError:
        return b""


def _doubted(site: Site, said: str) -> Site:
    return replace(site, doubt=site.doubt or Doubt(said.format(site.function or "this")))


def _lives(code: PackageCode, site: Site, made: Made) -> bool:
    """Whether the object whose timer it is lives as long as the process, as far as its package says."""
    return made is Made.LASTS or (bool(site.owner) and code.exports(site.owner.encode()))


def _doubt(site: Site, *, nobody: bool) -> Doubt:
    name = site.owner or site.maker
    return _made_by_nobody(name, "project") if nobody else how_many(f"is there one `{name}`")


def _made_by_nobody(name: str, where: str) -> Doubt:
    return how_many(f"nothing in this {where} makes `{name}`: is there one", About.MAKER)


def _for_one_use(name: str) -> Doubt:
    return Doubt(f"is a `{name}` kept by those who ask the package for it, or made for one use?", About.USE)
