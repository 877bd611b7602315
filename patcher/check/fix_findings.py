"""check --fix: rewrite the findings in one's own source, as far as that is safe."""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path, PurePosixPath

from patcher.analysis.file import analyse
from patcher.catalogue.load import families
from patcher.check.config import Config
from patcher.check.policy import IN_PACKAGE
from patcher.copies.diff import FileDiff
from patcher.detached.own_root import Helper
from patcher.disk.lock import locked
from patcher.disk.outside import read_outside
from patcher.disk.presence import is_regular, is_there
from patcher.disk.user_cache import cache_file
from patcher.disk.write import read_inside, replace_inside, sweep
from patcher.errors import ExitCode, NextfixError
from patcher.fix.fix_file import GONE, VALUE_STYLES, Key, Task, fix_file, key_of
from patcher.fix.root_module import root_helper
from patcher.fix.slot_plan import Concern
from patcher.model import Finding, Report
from patcher.rule import DETACHED, Family
from patcher.scan.server_code import ServerCode
from patcher.scan.source_files import MODULES, own_files
from patcher.syntax.components import is_component
from patcher.syntax.tree import Dialect, dialect_of
from patcher.text.paths import shown
from patcher.text.unified import unified

# Without a style named, a memo goes on sharing its promise (`single-flight`) where that is safe, and what has no such
# shape is made in the root (`detached`). `apply` writes what the original report documents.
FIX_STYLES = (*VALUE_STYLES, DETACHED)
# Of one's own source so many bytes are kept in memory while other files are asked about.
_HELD = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileFix:
    """What `--fix` makes of one file: its bytes before and after, how many findings go, and why others stay.

    `reasons` has the findings that are left, by rule, line and column; `error` is what kept the file from being
    read or written.
    """

    path: str
    old: bytes
    new: bytes
    fixed: tuple[Finding, ...]
    reasons: tuple[tuple[Finding, str], ...]
    error: NextfixError | None = None

    @property
    def diff(self) -> FileDiff:
        """The change as `nextfix diff` shows one."""
        return FileDiff(self.path, unified(self.old, self.new, self.path))


def plan_fixes(report: Report, style: str, sure: Container[str] = ()) -> list[FileFix]:
    """What `--fix` would make of each of one's own files with findings; nothing is written.

    Args:
        report: what `check` found: what is ignored, accepted or off is not in it, and so is left alone.
        style: as `style_of` gives it.
        sure: families whose plans are believed without a trial; a file with nothing else has no new text.
    """
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        if finding.rule in families() and finding.package is None and IN_PACKAGE not in finding.path:
            found[finding.path].append(finding)
    neighbours = Neighbours()
    return [_plan(path, here, style, neighbours, sure) for path, here in found.items()]


def _plan(
    path: str, findings: Sequence[Finding], style: str, neighbours: "Neighbours", sure: Container[str]
) -> FileFix:
    keys: dict[Key, Finding] = {(f.rule, f.line, f.column): f for f in findings}
    if MODULES in Path(path).resolve().parts:
        return FileFix(path, b"", b"", (), tuple((f, "it is of an installed package") for f in findings))
    if is_component(path):
        why = "the script of a component is not rewritten: its framework compiles it first"
        return FileFix(path, b"", b"", (), tuple((f, why) for f in findings))
    try:
        source = read_inside(*_place(path)) or b""
        task = Task(
            families(),
            style,
            dialect_of(path),
            ask=partial(neighbours.forbid, path),
            helper=cache(partial(neighbours.root_module, path, source)),
            browser=cache(partial(neighbours.why_browser, path)),
            sure=sure,
        )
        result = fix_file(source, tuple(keys), task)
    except NextfixError as error:
        return FileFix(path, b"", b"", (), tuple((f, error.reason) for f in findings), error)
    return FileFix(
        path,
        source,
        result.new,
        tuple(keys[key] for key in result.fixed),
        tuple((keys[key], reason) for key, reason in result.refused.items()),
    )


def _place(path: str) -> tuple[Path, str]:
    """A root that a file lies in, and its path there: the working directory, or its own folder outside of it."""
    here = Path(path)
    if here.is_absolute() or here.parts[0] == "..":
        return here.parent, here.name
    return Path(), path


def write_fixes(fixes: Sequence[FileFix]) -> list[FileFix]:
    """Write each changed file, atomically; one that cannot be written keeps the others from nothing.

    Returns:
        The fixes as they came out: one that failed has no fixed findings, and its error.

    Raises:
        NextfixError: FILES when another run holds the lock for a minute.
    """
    changed = [fix for fix in fixes if fix.old != fix.new]
    if not changed:
        return list(fixes)
    cache = cache_file()
    with locked(cache.with_suffix(".fixing")) if cache is not None else nullcontext():
        return [_write(fix, alone=cache is not None) if fix in changed else fix for fix in fixes]


def _write(fix: FileFix, *, alone: bool) -> FileFix:
    root, relative = _place(fix.path)
    try:
        if alone:
            sweep(root, PurePosixPath(relative).parent.as_posix())
        replace_inside(root, relative, fix.old, fix.new)
    except NextfixError as error:
        reasons = (*fix.reasons, *((finding, error.reason) for finding in fix.fixed))
        return replace(fix, new=fix.old, fixed=(), reasons=reasons, error=error)
    return fix


def style_of(asked: str | None, config: Config) -> str:
    """The style of `--fix`: the command line's, the configuration's, else the empty string, for `single-flight` where
    that is safe and `detached` elsewhere.

    Raises:
        NextfixError: USAGE for a style that does not exist.
    """
    style = asked or config.style or ""
    if style not in ("", *FIX_STYLES):
        raise NextfixError(
            ExitCode.USAGE,
            f"--style: there is no style {style!r}",
            hint=f"write one of {', '.join(FIX_STYLES)}",
        )
    return style


def fix_report(report: Report, style: str, again: Callable[[], Report]) -> tuple[Report, NextfixError | None]:
    """Fix what `report` has, and look again.

    Args:
        report: what `check` found.
        style: as `style_of` gives it.
        again: `check`, run once more.

    Returns:
        The new report, with how many were fixed and why each other of one's own was not, and the first error
        that kept a file from being read or written.
    """
    done = write_fixes(plan_fixes(report, style))
    count = sum(len(fix.fixed) for fix in done)
    stale = any(reason == GONE for fix in done for _, reason in fix.reasons)  # another run was here
    report = with_fixes(again() if count or stale else report, style, with_reasons=True)
    failed = next((fix.error for fix in done if fix.error is not None), None)
    return replace(report, fixed=count), failed


def fixed_examples(family: Family) -> dict[str, str]:
    """What `--fix` makes of the example of a family, by the styles that can fix it."""
    source = family.retains.encode()
    keys = tuple(key_of(site) for site in analyse(source))
    made = {}
    for style in FIX_STYLES:
        result = fix_file(source, keys, Task(families(), style, Dialect.JAVASCRIPT, lambda _: ""))
        if result.fixed and not result.refused:
            made[style] = result.new.decode()
    return made


def with_fixes(report: Report, style: str, *, with_reasons: bool = False) -> Report:
    """`report` with what can be fixed marked so; `with_reasons` adds to the others why they cannot."""
    why: dict[Finding, str] = {}
    sure = () if with_reasons else frozenset(f.id for f in families().values() if f.made_in_root)
    for fix in plan_fixes(report, style, sure):
        why |= dict.fromkeys(fix.fixed, "") | dict(fix.reasons)
    return replace(report, findings=tuple(_marked(finding, why, with_reasons) for finding in report.findings))


def _marked(finding: Finding, why: dict[Finding, str], with_reasons: bool) -> Finding:
    reason = why.get(finding)
    if reason is None:
        return finding
    return (
        replace(finding, unfixed=reason if with_reasons else "")
        if reason
        else replace(finding, fix="available")
    )


class Neighbours:
    """The other source files of the project that a file belongs to, asked whether they forbid a fix."""

    def __init__(self) -> None:
        self._held = 0
        self._texts: dict[str, bytes] = {}
        self._files: Callable[[Path], tuple[str, ...]] = cache(_files_of)
        self._client: Callable[[Path], Mapping[str, str]] = cache(_client_files)

    def forbid(self, path: str, concerns: Sequence[Concern]) -> str:
        """Why another file than `path` forbids a fix with `concerns`, or the empty string."""
        if not concerns:
            return ""
        for other in self._files(project_of(path)):
            for concern in concerns if other != path else ():
                text = self._text(other)
                found = re.search(concern.pattern, text) if concern.word in text else None
                if found:
                    line = text.count(b"\n", 0, found.start()) + 1
                    return f"{other}:{line} {concern.reason}"
        return ""

    def root_module(self, path: str, source: bytes) -> Helper | None:
        """The module of the package of the file `path` that exports the root, as the file imports it."""
        home = _package_of(path)
        for other in self._files(project_of(path)):
            text = self._text(other) if other != path else b""
            found = root_helper(path, source, other, text) if b"nextfix.root" in text else None
            if found is not None and _package_of(other) == home:
                return found
        return None

    def why_browser(self, path: str) -> str:
        """Why a browser gets the file `path` too, and it must not import a module of Node.js; empty when none does."""
        client = self._client(project_of(path)).get(os.path.abspath(path), "")
        if not client:
            return ""
        return f"a browser gets it too, by {shown(Path(client))}, and has no node:async_hooks"

    def _text(self, path: str) -> bytes:
        if path in self._texts:
            return self._texts[path]
        try:
            text = read_outside(path)
        except NextfixError:
            text = b""
        if self._held + len(text) <= _HELD:
            self._held += len(text)
            self._texts[path] = text
        return text


def _files_of(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(own_files([folder], [])))


def _client_files(folder: Path) -> Mapping[str, str]:
    return ServerCode(_files_of(folder)).browser_files()


@cache
def _package_of(path: str) -> Path | None:
    """The folder of the innermost package.json above a file."""
    return next((f for f in Path(path).resolve().parents if is_regular(f / "package.json")), None)


def project_of(path: str) -> Path:
    """The folder of the project that a file belongs to: its repository, else the outermost with a package.json,
    else the working directory or the file's own folder."""
    folder = Path(path).resolve().parent
    outermost = None
    for here in (folder, *folder.parents):
        if is_there(here / ".git"):
            return here
        if is_regular(here / "package.json"):
            outermost = here
    return outermost or (Path.cwd() if folder.is_relative_to(Path.cwd()) else folder)


def refusals(fixes: Sequence[FileFix]) -> Iterator[str]:
    """A line for each finding that is not fixed: where, which rule, why."""
    for fix in fixes:
        for finding, reason in fix.reasons:
            yield f"{shown(Path(fix.path))}:{finding.line}: {finding.rule} not fixed: {reason}"
