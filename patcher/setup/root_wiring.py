"""init --make-root: the statement that makes the root before the first request, put into a file and taken out again.

The file is the project's `instrumentation`, whose `register` a framework runs when the server starts; the one that
starts the tracer; or the entry. A file that is not there becomes a module that exports the root, which `check --fix`
then imports.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from patcher.analysis.facts.code import Code
from patcher.catalogue.frameworks import FRAMEWORKS
from patcher.catalogue.load import package_record, packages
from patcher.detached.own_root import is_module, place_of_root
from patcher.errors import ExitCode, NextfixError
from patcher.export.project_files import MANIFEST, ProjectFiles
from patcher.fix.statement_ends import ends_statements
from patcher.semver import order
from patcher.syntax.tree import Dialect, dialect_of
from patcher.text.layout import newline_of

AUTO = "auto"
_NOTE = (
    "// nextfix: the context of no request, made before the first one; 'nextfix init --undo' takes this out"
)
_SUFFIXES = (".ts", ".mts", ".cts", ".js", ".mjs", ".cjs")
_INSTRUMENTATION = re.compile(r"(?:^|/)instrumentation\.[jt]s$")
_REGISTER = re.compile(
    rb"\bexport\s+(?:(async)\s+)?(?:function\s+register\s*\(\s*\)|const\s+register\s*=\s*(async\s+)?\(\s*\)\s*=>|"
    rb"const\s+register\s*=\s*(async\s+)?function\s*\(\s*\))[^{;]*\{"
)
# Where the tracer is started, as people call such a file; what a script runs comes after them.
_TRACERS = (
    *("tracer", "tracing", "trace", "instrument", "instrumentation", "telemetry", "otel", "opentelemetry"),
    *("dd-trace", "datadog", "newrelic"),
)
# Where `register` runs under Node, by the framework that has one.
_ON_NODE = next(each.on_node for each in FRAMEWORKS if each.on_node)
_STARTED = re.compile(r"\bnode\b[^&|;]*?\s(\.?/?[\w./-]+\.[cm]?js)\b")


def wire_root(files: ProjectFiles, asked: str) -> str:
    """Let the file `asked` make the root; `auto` chooses one.

    Returns:
        What was done, in a sentence.

    Raises:
        NextfixError: USAGE when there is nothing to choose or the file is no script, REFUSED when it cannot be changed.
    """
    place = _chosen(files) if asked == AUTO else PurePosixPath(asked).as_posix().removeprefix("./")
    if not place.endswith(_SUFFIXES):
        raise NextfixError(
            ExitCode.USAGE,
            f"--make-root: {place!r} is not a script",
            hint="name a .js, .mjs, .cjs or .ts file",
        )
    old = files.read(place)
    if old is not None and b"nextfix.root" in old:
        return f"root: {place} has it already"
    instrumentation = _INSTRUMENTATION.search(place) is not None
    if old is None:
        files.write(place, _instrumentation(place) if instrumentation else _module(files, place))
    else:
        files.write(place, _in_register(files, place, old) if instrumentation else _at_top(place, old))
    if instrumentation or old is not None:
        return f"root: made in {place}"
    return f"root: {place} makes and exports it; import it before anything else in the file that starts the server"


def unwire_root(files: ProjectFiles, place: str) -> None:
    """Take out of the file `place` what `wire_root` put in, and the file itself when `wire_root` made it."""
    source = files.read(place) or b""
    if source in (_module(files, place), _instrumentation(place)):
        files.remove(place)
        return
    lines = source.split(b"\n")
    start = next((at for at, line in enumerate(lines) if line.strip() == _NOTE.encode()), None)
    if start is None:
        return
    end = start + 1
    while end < len(lines) and (word := lines[end].strip().strip(b";")) in _WRITTEN:
        end += 1
        if word == b"}":
            break
    before, after = lines[:start], lines[end:]
    if before and not after:
        before[-1] = before[-1].removesuffix(b"\r")
    files.write(place, b"\n".join([*before, *after]))


def holds_root(source: bytes) -> bool:
    """Whether a file has what `wire_root` writes."""
    return _NOTE.encode() in source


def _chosen(files: ProjectFiles) -> str:
    """The file that makes the root in a project: its instrumentation, the start of its tracer, or its entry."""
    found = next(_candidates(files), "")
    if not found:
        raise NextfixError(
            ExitCode.USAGE,
            "--make-root auto: no instrumentation, no file that starts a tracer and no start script was found",
            hint="name the file that the server loads first, such as --make-root server.js",
        )
    return found


def _candidates(files: ProjectFiles) -> Iterator[str]:
    folders = ("", "src/", "server/", "lib/")
    names = [f"{folder}instrumentation{end}" for folder in folders[:2] for end in (".ts", ".js")]
    names += [f"{folder}{name}{end}" for folder in folders for name in _TRACERS for end in _SUFFIXES]
    yield from (name for name in names if files.read(name) is not None)
    data = files.data(MANIFEST)
    scripts, needs = data.get("scripts"), data.get("dependencies")
    start = scripts.get("start") if isinstance(scripts, dict) else None
    started = _STARTED.search(start) if isinstance(start, str) else None
    if started and files.read(started[1].removeprefix("./")) is not None:
        yield started[1].removeprefix("./")
    if isinstance(needs, dict) and any(_instrumented(name, needs.get(name)) for name in packages()):
        folder = "src/" if files.names("src") and {"app", "pages"} & set(files.names("src")) else ""
        yield f"{folder}instrumentation.{'ts' if files.read('tsconfig.json') is not None else 'js'}"


def _instrumented(name: str, wanted: object) -> bool:
    """Whether the release of the server that a manifest wants runs the app's `instrumentation` file."""
    since = package_record(name).instrumented
    release = re.search(r"\d+\.\d+\.\d+", wanted) if since and isinstance(wanted, str) else None
    return release is not None and bool(order(release[0]) >= order(since))


def _typed(place: str) -> bool:
    return dialect_of(place) is not Dialect.JAVASCRIPT


def _statement(resource: str, *, typed: bool) -> str:
    where = "(globalThis as Record<symbol, unknown>)" if typed else "globalThis"
    return f'{where}[Symbol.for("nextfix.root")] ??= new {resource}("nextfix.root")'


def _lines(indent: str, end: str, *, typed: bool) -> list[str]:
    """What makes the root in `register`, which a framework may compile for other runtimes too."""
    begin = ";" if typed and not end else ""
    return [
        f"{indent}{_NOTE}",
        f"{indent}if ({_ON_NODE}) {{",
        f'{indent}  const {{ AsyncResource }} = await import("node:async_hooks"){end}',
        f"{indent}  {begin}{_statement('AsyncResource', typed=typed)}{end}",
        f"{indent}}}",
    ]


def _instrumentation(place: str) -> bytes:
    typed = _typed(place)
    head = f"export async function register(){': Promise<void>' if typed else ''} {{"
    return "\n".join([head, *_lines("  ", ";", typed=typed), "}", ""]).encode()


def _module(files: ProjectFiles, place: str) -> bytes:
    """A module that makes and exports the root."""
    typed = _typed(place)
    module = (
        typed
        or place.endswith(".mjs")
        or (place.endswith(".js") and files.data(MANIFEST).get("type") == "module")
    )
    where = "(globalThis as Record<symbol, any>)" if typed else "globalThis"
    kind = ": AsyncResource" if typed else ""
    made = f'{kind} = ({where}[Symbol.for("nextfix.root")] ??= new AsyncResource("nextfix.root"));'
    if module:
        lines = [
            'import { AsyncResource } from "node:async_hooks";',
            "",
            _NOTE,
            f"export const root{made}",
            "",
        ]
    else:
        lines = ['const { AsyncResource } = require("node:async_hooks");', "", _NOTE, f"const root{made}"]
        lines += ["exports.root = root;", ""]
    return "\n".join(lines).encode()


def _top_lines(end: str, *, typed: bool, module: bool) -> list[str]:
    """What makes the root at the top of a file."""
    if not module:
        return [_statement('(require("node:async_hooks").AsyncResource)', typed=typed) + end]
    begin = ";" if typed and not end else ""
    imported = f'import {{ AsyncResource as RootResource }} from "node:async_hooks"{end}'
    return [imported, begin + _statement("RootResource", typed=typed) + end]


def _parsed(files_path: str, source: bytes) -> Code:
    code = Code(source, dialect_of(files_path))
    if code.root.has_error:
        raise NextfixError(
            ExitCode.REFUSED, "does not parse without error", path=files_path, hint="correct it first"
        )
    return code


def _at_top(place: str, source: bytes) -> bytes:
    """`source` with the root made after its imports, or first of all."""
    code = _parsed(place, source)
    end = ";" if ends_statements(code) else ""
    typed = _typed(place)
    lines = _top_lines(end, typed=typed, module=is_module(code, dialect_of(place)))
    where = place_of_root(code)
    text = [line.encode() for line in (_NOTE, *lines)]
    newline = newline_of(source)
    new = newline + newline.join(text) if where.after else newline.join(text) + newline
    return source[: where.at] + new + source[where.at :]


# Every line that is put into a file that was there, but for the comment.
_WRITTEN = frozenset(
    line.strip().strip(";").encode()
    for typed in (False, True)
    for line in (
        *_lines("", "", typed=typed)[1:],
        *_top_lines("", typed=typed, module=True),
        *_top_lines("", typed=typed, module=False),
    )
)


def _in_register(files: ProjectFiles, place: str, source: bytes) -> bytes:
    """`source` with the root made first in its `register`."""
    code = _parsed(place, source)
    found = _REGISTER.search(source)
    reason = "exports no register() that can be changed" if found is None else ""
    if found is not None and not any(found.groups()):
        reason = "register() is not async, and importing node:async_hooks in it has to be awaited"
    if found is None or reason:
        raise NextfixError(
            ExitCode.REFUSED,
            reason,
            path=files.root / place,
            hint="make register() async, or name another file",
        )
    end = ";" if ends_statements(code) else ""
    newline = newline_of(source)
    text = newline + newline.join(line.encode() for line in _lines("  ", end, typed=_typed(place)))
    return source[: found.end()] + text + source[found.end() :]
