"""A patch file of a package manager: a person's part, kept to the byte, and the part of nextfix around it.

The part of nextfix is a few lines of comment before everything else, the only place where git and all package
managers pass over text (npm 12 refuses a line between two sections), and its sections after everything else. The
comment names each section by its hash: what somebody changed by hand is no longer nextfix's and stays.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import patcher
from patcher.disk.receipt import digest
from patcher.errors import ExitCode, NextfixError
from patcher.export.change import Destination, FileChange
from patcher.export.patch_parts import Section, sections_of
from patcher.export.project_files import ProjectFiles
from patcher.text.unified import fits, reverted, unified

_HEAD = re.compile(
    rb"^# nextfix \S+ for \S+: [^\n]* \((?P<style>[^\s()]+)\)\r?\n"
    rb"(?:# nextfix-newline\r?\n)*(?:# nextfix-added (?P<added>[^\n]*?)\r?\n)?"
    rb"(?:# nextfix-section [0-9a-f]{64} [^\n]*\n)+",
    re.MULTILINE,
)
_SECTION = re.compile(rb"^# nextfix-section ([0-9a-f]{64}) ", re.MULTILINE)
_NEWLINE = re.compile(rb"^# nextfix-newline\r?$", re.MULTILINE)
_SUFFIXES = (".patch", ".diff")
_FOREIGN = frozenset({"node_modules", ".git"})


@dataclass(frozen=True, slots=True)
class PatchFile:
    """A patch that is there already.

    Attributes:
        place: its path in the project; None when there is none.
        theirs: its bytes without the part of nextfix.
        own: the sections of nextfix by file.
        style: the style of these.
        added: what nextfix added to the project with this patch, in words that the target understands.
    """

    place: str | None = None
    theirs: bytes = b""
    own: dict[str, bytes] = field(default_factory=dict)
    style: str | None = None
    added: frozenset[str] = frozenset()

    @property
    def has_own(self) -> bool:
        """Whether nextfix has a part in it."""
        return self.style is not None

    def published(self, name: str, installed: bytes) -> bytes:
        """The bytes of the file `name` before our own section of this patch, where that is installed."""
        section = self.own.get(name)
        before = reverted(section, installed) if section is not None else None
        return installed if before is None else before

    def beneath(self, name: str, installed: bytes) -> bytes:
        """The bytes of the file `name` before what a person's part of this patch does to it.

        Raises:
            NextfixError: REFUSED when that is not installed (our section would be made for other lines), or is more
                than a change of lines.
        """
        for section in reversed(list(self._touching(name))):
            before = reverted(section.text, installed) if section.plain else None
            if before is None:
                raise NextfixError(
                    ExitCode.REFUSED,
                    f"its change of {name} is not installed"
                    if section.plain
                    else f"it does more with {name} than change lines, and nextfix does not add to that",
                    path=self.place,
                    hint="run the package manager's install first, or remove that change from the patch",
                )
            installed = before
        return installed

    def touches(self, name: str) -> bool:
        """Whether a person's part changes the file `name`."""
        return any(True for _ in self._touching(name))

    def _touching(self, name: str) -> Iterable[Section]:
        return (section for section in sections_of(self.theirs) if name in section.names)


def read_patch(place: str | None, files: ProjectFiles) -> PatchFile:
    """The patch at `place` in the project; an empty one when there is no such file.

    Raises:
        NextfixError: REFUSED when the path leaves the project or goes through a link, FILES when it cannot be read.
    """
    data = files.read(place) if place is not None else None
    if place is None or data is None:
        return PatchFile()
    head = _HEAD.search(data)
    if head is None:
        return PatchFile(place, data)
    hashes = {found.decode() for found in _SECTION.findall(head[0])}
    own = {
        name: section for section in sections_of(data) if _is_own(section, hashes) for name in section.names
    }
    spans = [head.span(), *((section.start, section.end) for section in own.values())]
    first = min((section.start for section in own.values()), default=0)
    for _ in _NEWLINE.findall(head[0]):
        if data[:first].endswith(b"\n"):
            spans.append((first - 1, first))
            first -= 1
    added = frozenset((head["added"] or b"").decode("ascii", "replace").split())
    texts = {name: section.text for name, section in own.items()}
    return PatchFile(place, _without(data, spans), texts, head["style"].decode("ascii", "replace"), added)


def _is_own(section: Section, hashes: set[str]) -> bool:
    """Whether nextfix wrote a section; git may have given it other line ends."""
    return bool(hashes & {digest(section.text), digest(section.text.replace(b"\r\n", b"\n"))})


def _without(data: bytes, spans: Iterable[tuple[int, int]]) -> bytes:
    kept, at = [], 0
    for start, end in sorted(spans):
        kept.append(data[at:start])
        at = end
    return b"".join([*kept, data[at:]])


def combined(
    destination: Destination,
    changes: Iterable[FileChange],
    existing: PatchFile,
    rules: Iterable[str],
    style: str,
    added: Iterable[str] = (),
) -> bytes:
    """The patch file that does what a person's part of `existing` does, then `changes`; empty for neither.

    Raises:
        NextfixError: REFUSED when a person's part changes the same lines.
    """
    made: dict[str, bytes] = {}
    for change in changes:
        name = destination.path(change.path)
        if change.before == change.after:
            continue
        made[name] = unified(change.before, change.after, name)
        # Some managers try every section on the published file before they apply any.
        if existing.touches(name) and not fits(made[name], change.published):
            raise NextfixError(
                ExitCode.REFUSED,
                f"it changes the same lines of {name} as the rules",
                path=existing.place,
                hint=f"remove that change from the patch, or --rule to leave {name} out",
            )
    if not made:
        return existing.theirs
    names = ", ".join(sorted(rules))
    head = [f"# nextfix {patcher.__version__} for {destination.release}: {names} ({style})\n"]
    gap = _gap(existing.theirs)
    head += ["# nextfix-newline\n"] * len(gap)
    head += [f"# nextfix-added {' '.join(sorted(added))}\n"] if added else []
    head += [f"# nextfix-section {digest(part)} {name}\n" for name, part in sorted(made.items())]
    text = "".join(head).encode("utf-8", "surrogateescape")
    return b"".join([text, existing.theirs, gap, *(made[name] for name in sorted(made))])


def _gap(theirs: bytes) -> bytes:
    """What must stand between a person's part and a section of ours, so that both are read: a line ends, and the
    bytes of a binary file end with an empty line."""
    binary = theirs.rfind(b"GIT binary patch") > theirs.rfind(b"\n@@ ")
    ends = b"\n\n" if binary else b"\n"
    return (
        b""
        if not theirs or theirs.endswith(ends)
        else b"\n"
        if theirs.endswith(b"\n") or not binary
        else ends
    )


def take_out(place: str, files: ProjectFiles) -> bool:
    """Take nextfix's part out of the patch at `place`, and remove a patch that is nothing else.

    Returns:
        Whether the patch is gone, so that what names it has to go too.
    """
    patch = read_patch(place, files)
    if not patch.has_own:
        return False
    if patch.theirs.strip():
        files.write(place, patch.theirs)
        return False
    files.remove(place)
    return True


def checked_place(home: str, named: str, files: ProjectFiles) -> str:
    """The place in the project of the patch that a manifest of the folder `home` calls `named`.

    Raises:
        NextfixError: REFUSED when it leads out of the project, goes through a link, or is anything but a patch.
    """
    parts = [*home.split("/"), *named.split("/")] if home else named.split("/")
    clean = [part for part in parts if part not in ("", ".")]
    out = named.startswith("/") or ".." in parts or "\\" in named or ":" in named or not named.isprintable()
    if out or not clean or _FOREIGN & set(clean):
        raise _refused(named, "does not name a patch in the project")
    place = "/".join(clean)
    data = files.read(place)
    if data is not None and data.strip():
        if next(iter(sections_of(data)), None) is None:
            raise _refused(named, "is not a patch")
    elif not place.endswith(_SUFFIXES):
        raise _refused(named, f"is not a patch: its name does not end in {' or '.join(_SUFFIXES)}")
    return place


def _refused(named: str, reason: str) -> NextfixError:
    hint = "name a .patch file below the project there; nothing was written"
    return NextfixError(ExitCode.REFUSED, reason, path=named, hint=hint)
