"""Who makes and calls what inside an installed package: asked of the files that belong to one build of it.

Most builds of a package are there twice, for `import` and for `require`; each is asked for itself, or every class would
be declared twice. What a package exports is made by others, as often as they like.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache

from patcher.analysis.facts.code import Code, field
from patcher.analysis.prefilter.comments import outside_comments
from patcher.disk.outside import read_outside
from patcher.errors import NextfixError
from patcher.scan.browser_names import (
    BROWSER,
    FOUND_AS,
    NAMED_FOR_BROWSERS,
    NODE_MODULES,
    STORES_OF_BROWSERS,
)
from patcher.scan.imported_names import default_names, is_default, is_meant
from patcher.scan.ownership import MOST_FILES, MOST_USES, TELLING, Made, Ownership, together
from patcher.scan.package_files import (
    Loaded,
    is_split,
    loaded_code,
    needed_by,
    package_folder,
    resolved,
    words_about,
)
from patcher.scan.server_names import ASKS, FRONT_MODULE
from patcher.scan.starting import DEEPEST
from patcher.syntax.tree import Node

# A bundle takes longer to parse than its answer is worth.
_LARGEST = 1024 * 1024
_STAR = re.compile(
    rb"(?:\bexport\s*\*\s*from\s*|\b__?(?:exportStar|reExport)\((?:[\w$]+,\s*)?(?:[\w$.]+\()?require\()\s*[\"'](\.[^\"'\n]{0,200})"
)


class PackageOwnership(Ownership):
    """Who makes and calls what in the files of a package, whose users make and call what it exports.

    Args:
        files: the files of one build.
        read: gives the content of one of them.
        exports: whether a name is one that the users of the package are given.
    """

    _injects = False

    def __init__(
        self, files: Iterable[str], read: Callable[[str], bytes], exports: Callable[[bytes], bool]
    ) -> None:
        super().__init__(files, read)
        self._exports = exports

    def uses(self, home: str, name: bytes) -> Iterator[tuple[str, Code, Node]]:
        yield from super().uses(home, name)
        if is_default(self.read(home), name):
            yield from self._default_uses(home, name)

    def _default_uses(self, home: str, name: bytes) -> Iterator[tuple[str, Code, Node]]:
        """Where the default export of `home` is meant by another name than `name`, its own."""
        stem = home.rpartition("/")[2].split(".")[0]
        folder = home.rpartition("/")[0].rpartition("/")[2]
        asked = folder.encode() if stem == "index" else stem.encode()
        for path in self.mentions(asked)[:MOST_FILES]:
            named = default_names(self.read(path), asked) - {name} if path != home else ()
            code = self.code(path) if named else None
            if code is None:
                continue
            for word in sorted(named):
                for use in code.words(word):
                    if is_meant(code, use, own=False):
                        yield path, code, use

    def _named_as(self, path: str) -> str:
        """Builds for `import` and `require` that load each other have the same classes in files of the same name."""
        return path.rpartition("/")[2].split(".")[0]

    def _of_others(self, name: bytes, made: Made) -> Made:
        if not self._exports(name):
            return super()._of_others(name, made)
        return Made.LASTS if made in (Made.NOBODY, Made.LASTS) else Made.UNKNOWN

    def _returned(self, path: str, code: Code, function: Node | None, depth: int) -> Made:
        held = code.parent(function) if function is not None else None
        if function is None or held is None or held.type != "class_body" or depth >= DEEPEST:
            return super()._returned(path, code, function, depth)
        if any(child.type == "static" for child in function.children):
            return self._static(path, code, function, depth)
        return self._method(code, function, depth)

    def _method(self, code: Code, method: Node, depth: int) -> Made:
        """How long what a method returns is kept by those who call one of its name, which tells it from others."""
        name = code.text(field(method, "name"))
        if len(name) < TELLING:
            return Made.GIVEN
        fates = [Made.GIVEN]
        for file in self.mentions(name)[:MOST_FILES]:
            other = self.code(file)
            for use in other.words(name)[:MOST_USES] if other is not None else ():
                member = other.parent(use) if other is not None else None
                call = other.parent(member) if other is not None and member is not None else None
                if other is None or member is None or call is None or call.type != "call_expression":
                    continue
                if field(call, "function") == member and member.type == "member_expression":
                    fates.append(self._fate(file, other, call, depth + 1))
        return Made.LASTS if Made.LASTS in fates else Made.GIVEN

    def _static(self, path: str, code: Code, method: Node, depth: int) -> Made:
        """How long what a static method returns is kept by those who call it."""
        declared = code.parent(code.parent(method) or method)
        owner = code.text(field(declared, "name")) if declared is not None else b""
        fates = []
        for file, other, use in self.uses(path, owner) if owner else ():
            member = other.parent(use)
            while (
                member is not None
                and member.type == "member_expression"
                and (field(member, "property") == use or other.text(field(member, "property")) == b"default")
            ):
                use, member = member, other.parent(member)
            call = other.parent(member) if member is not None else None
            if member is None or call is None or call.type != "call_expression":
                continue
            if field(call, "function") == member and other.text(field(member, "property")) == code.text(
                field(method, "name")
            ):
                fates.append(self._fate(file, other, call, depth + 1))
        made = together(fates)
        return Made.UNKNOWN if made is Made.NOBODY and self._exports(owner) else made


class PackageCode:
    """The files of one build of a package.

    Args:
        loaded: what Node loads of the package.
        home: one of its files.
    """

    def __init__(self, loaded: Loaded, home: str) -> None:
        self._loaded = loaded
        self._sources: dict[str, bytes] = {}
        self.files = loaded.build_of(home)

    @cached_property
    def owners(self) -> PackageOwnership:
        """Who makes and calls what in these files."""
        return PackageOwnership(self.files, self._read, self.exports)

    def exports(self, name: bytes) -> bool:
        """Whether the package gives what is called `name` to those who load it."""
        given = re.compile(_GIVEN % {b"name": re.escape(name)})
        return any(given.search(self._read(path)) is not None for path in self._faces)

    @cached_property
    def _faces(self) -> tuple[str, ...]:
        """The files that others load by name, and those that they export all of."""
        waiting = sorted(self.files & self._loaded.entries)
        seen: dict[str, None] = {}
        while waiting:
            path = waiting.pop()
            if path not in seen:
                seen[path] = None
                waiting += self._starred(path)
        return tuple(seen)

    def _starred(self, path: str) -> Iterator[str]:
        for match in _STAR.finditer(self._read(path)):
            if found := resolved(path, match[1].decode("utf-8", "replace")):
                yield found

    def _read(self, path: str) -> bytes:
        known = self._sources.get(path)
        if known is None:
            try:
                known = read_outside(path, limit=_LARGEST)
            except NextfixError:
                known = b""
            self._sources[path] = known
        return known


_GIVEN = (
    rb"\bexport\s+(?:default\s+)?(?:abstract\s+)?(?:async\s+)?(?:class|function\*?|const|let|var)\s+%(name)s\b"
    rb"|\bexport\s+default\s+%(name)s\b|\bexport\s*\{[^}]*(?<![\w$])%(name)s(?![\w$])"
    rb"|\bexports\.%(name)s\b|\bexports,\s*[\"']%(name)s[\"']"
    rb"|\bmodule\.exports\s*=\s*(?:new\s+)?%(name)s\b|\bmodule\.exports\s*=\s*\{[^}]*(?<![\w$])%(name)s(?![\w$])"
    rb"|\b__export\([\w$]+,\s*\{[^}]*(?<![\w$])%(name)s(?![\w$])"
)

# A library for both worlds uses a few things of browsers, in few of its files, and asks first whether they are there.
_SHARE = 0.1
_MANY_USES = 20
_LARGEST_PAGE = 24 * 1024 * 1024
_USES_A_FILE = 10
_BYTES_A_USE = 12_000


@lru_cache(256)
def is_of_browsers(folder: str) -> bool:
    """Whether the package in `folder` is made for browsers: its files use what only a browser has without asking
    whether it is there, or it is named for browsers, and none of its files loads a module of Node."""
    loaded = loaded_code(folder)
    if loaded is None or not loaded.loads:
        return False
    name, *found_as = words_about(folder)
    if not is_split(folder) and (
        FRONT_MODULE.search(name) is not None or any(map(STORES_OF_BROWSERS.match, needed_by(folder)))
    ):
        return True
    unasked = uses = size = 0
    for path in loaded.loads:
        try:
            source = read_outside(path, limit=_LARGEST)
        except NextfixError:
            return False
        if NODE_MODULES.search(source) is not None:
            return False
        here = _uses_of_browsers(source)
        uses += here
        size += len(source)
        unasked += here > 0 and ASKS.search(source) is None
    if not uses or is_split(folder):
        return False
    if NAMED_FOR_BROWSERS.search(name) is not None or any(map(FOUND_AS.match, found_as)):
        return True
    files = len(loaded.loads)
    often = uses * _BYTES_A_USE >= size or uses >= _USES_A_FILE * files
    return unasked >= _SHARE * files or (uses >= _MANY_USES and often)


@lru_cache(256)
def is_of_a_page(path: str) -> bool:
    """Whether the file at `path` is an application that a page loads: it uses what only a browser has all over."""
    try:
        source = read_outside(path, limit=_LARGEST_PAGE)
    except NextfixError:
        return False
    uses = _uses_of_browsers(source)
    return uses >= _MANY_USES and uses * _BYTES_A_USE >= len(source) and NODE_MODULES.search(source) is None


def _uses_of_browsers(source: bytes) -> int:
    """How often `source` uses what only a browser has; comments speak of it too."""
    return len(outside_comments(source, (match.start() for match in BROWSER.pattern.finditer(source))))


class PackagesCode:
    """The builds of all packages that were asked about."""

    def __init__(self) -> None:
        self._builds: dict[str, list[PackageCode]] = {}

    def of(self, path: str) -> PackageCode | None:
        """The build that the file at `path` belongs to; None where nobody can tell what Node loads of its package."""
        folder = package_folder(path)
        loaded = loaded_code(folder)
        if loaded is None or path not in loaded.loads:
            return None
        builds = self._builds.setdefault(folder, [])
        known = next((build for build in builds if path in build.files), None)
        if known is None:
            builds.append(known := PackageCode(loaded, path))
        return known
