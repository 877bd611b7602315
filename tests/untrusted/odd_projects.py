"""Projects that are odd in one way each: their place, their names, their links, their texts, and what runs nextfix."""

import json
import os
import resource
from collections.abc import Callable
from pathlib import Path

from tests.synthetic import UNCERTIFIED, make_project

Odd = Callable[[Path], object]  # makes a project odd; a folder that it gives is the project from then on
KEPT = "let p;\nexports.f = async () => { if (!p) p = fetch('/'); return p };\n"

# Names that a shell, a terminal, a glob, a URL or a patch could take for something else.
NAMES = (
    "a b", "it's", 'say "hi"', "a\nb", "a\tb", "-rf", "--help", "$(id)", "`id`", "a;b", "a&b", "a|b", "[ab]", "{a,b}",
    "a*b", "a?b", "#a", "a%0Ab", "%s", "a\\b", "ünï", "u\u0308", "\u202eabc", "\x1b[31mred", "::error::x", "a:b",
    "@a", "~", "...", ".hidden", "con", "a" * 200, "\udcff\udcfe", "node_modules.bak", "next", "dist", " lead",
    "trail ", "trail.", "😀",
)  # fmt: skip

TEXTS: dict[str, bytes] = {
    "a BOM": b"\xef\xbb\xbf" + KEPT.encode(),
    "CRLF": KEPT.replace("\n", "\r\n").encode(),
    "CR": KEPT.replace("\n", "\r").encode(),
    "mixed ends": KEPT.replace("\n", "\r\n", 1).encode(),
    "no final newline": KEPT.rstrip("\n").encode(),
    "UTF-16": b"\xff\xfe" + KEPT.encode("utf-16-le"),
    "UTF-16 big": b"\xfe\xff" + KEPT.encode("utf-16-be"),
    "a NUL": KEPT.encode() + b"\0",
    "not UTF-8": b"// \xff\xfe\xe9\n" + KEPT.encode(),
    "cut UTF-8": KEPT.encode() + b"// \xe2\x82",
    "empty": b"",
    "a BOM only": b"\xef\xbb\xbf",
    "a shebang": b"#!/usr/bin/env node\n" + KEPT.encode(),
    "line separators": "// \u2028 \u2029\n".encode() + KEPT.encode(),
    "a form feed": b"\x0c\x0b" + KEPT.encode(),
    "a long line": KEPT.encode() + b"//" + b"x" * 3_000_000,
    "deep": b"(" * 50_000 + b")" * 50_000,
    "an ignore without end": KEPT.encode() + b"/* nextfix-ignore ",
    "a conflict": b"<<<<<<< HEAD\n" + KEPT.encode() + b"=======\n>>>>>>> x\n",
    "binary": bytes(range(256)) * 300,
}

MANIFESTS: dict[str, bytes] = {
    "a BOM": b'\xef\xbb\xbf{"name": "app"}\r\n',
    "CRLF": b'{\r\n\t"name": "app"\r\n}\r\n',
    "twice": b'{"scripts": {"a": "b"}, "scripts": {"c": "d"}}',
    "deep": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "digits": b'{"version": ' + b"9" * 6_000 + b"}",
    "a list": b"[]",
    "text": b'"x"',
    "not UTF-8": b'{"name": "\xff"}',
    "a lone surrogate": b'{"name": "\\ud800", "scripts": {"build": "\\udfff"}}',
    "NaN": b'{"version": NaN, "a": Infinity}',
    "comments": b'{ // ours\n "name": "app", }',
    "workspaces of all": b'{"workspaces": ["**", "../**", "/", "{a,{b,c}}/*", "!x"]}',
    "scripts of nothing": b'{"scripts": null, "dependencies": [], "engines": "x", "packageManager": 3}',
    "scripts of odd ends": b'{"scripts": {"postinstall": "a || b # c", "build": "x &", "prebuild": "if a; then b"}}',
    "huge": b'{"name": "' + b"a" * 5_000_000 + b'"}',
}

RELEASES: tuple[object, ...] = (
    "",
    " 13.1.6",
    "v13.1.6",
    "13.1.6+b",
    "13",
    "x",
    "9" * 400,
    "../..",
    "13.1.6\n",
    "\x1b[2J",
    None,
    13,
    [],
    True,
)


def named_folder(name: str) -> Odd:
    """Puts the project into a folder of that name."""

    def make(root: Path) -> Path:
        inside = root / name
        inside.mkdir()
        for path in [*root.iterdir()]:
            if path != inside:
                path.rename(inside / path.name)
        return inside

    return make


def named_file(name: str) -> Odd:
    """Gives a source file that name."""
    return lambda root: (root / f"{name}.js").write_text(KEPT)


def source(data: bytes) -> Odd:
    """Gives the source file that text."""
    return lambda root: (root / "own.js").write_bytes(data)


def manifest(data: bytes) -> Odd:
    """Gives the project that package.json."""
    return lambda root: (root / "package.json").write_bytes(data)


def release(version: object) -> Odd:
    """Gives the copy that version."""
    text = json.dumps({"name": "next", "version": version})
    return lambda root: (root / "node_modules/next/package.json").write_text(text)


def link(path: str, target: str) -> Odd:
    """Puts a link where something else was."""

    def make(root: Path) -> None:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir() and not place.is_symlink():
            place.rename(root.parent / "moved")
        elif place.exists():
            place.unlink()
        place.symlink_to(target)

    return make


def mode(path: str, bits: int) -> Odd:
    """Changes who may read and write a path."""
    return lambda root: (root / path).chmod(bits)


def state(path: str, data: bytes | None) -> Odd:
    """Puts a file, or a folder for None, where nextfix keeps something of its own."""

    def make(root: Path) -> None:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir() if data is None else place.write_bytes(data)

    return make


def variable(name: str, value: str | None) -> Odd:
    """Sets or takes away a variable of the environment."""
    return lambda _: os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def limit(kind: int, most: int) -> Odd:
    """Bounds what the process may use."""
    return lambda _: resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


def gone(root: Path) -> None:
    """Makes a working directory that is not there any more."""
    (root / "gone").mkdir()
    os.chdir(root / "gone")
    (root / "gone").rmdir()


def shut_here(root: Path) -> None:
    """Makes a working directory that may not be listed."""
    root.chmod(0o311)


_NEXT = "node_modules/next"
_FILE = f"{_NEXT}/dist/server/next.js"
ODD: dict[str, Odd] = {
    **{f"a folder {name!r}": named_folder(name) for name in NAMES if name != "..."},
    **{f"a file {name!r}": named_file(name) for name in NAMES},
    **{f"a source with {name}": source(data) for name, data in TEXTS.items()},
    **{f"package.json: {name}": manifest(data) for name, data in MANIFESTS.items()},
    **{f"version {version!r:.20}": release(version) for version in RELEASES},
    "a source that is a link out": link("own.js", "../sentinel.js"),
    "a source that is a loop": link("own.js", "own.js"),
    "a source that is a device": link("own.js", "/dev/zero"),
    "a source that is a folder": state("more.js", None),
    "a link to the root": link("up", "/"),
    "a link to itself as a folder": link("src/up", ".."),
    "a package.json that is a link out": link("package.json", "../sentinel.json"),
    "node_modules that is a link out": link("node_modules", "../moved"),
    "a copy that is a link out": link(_NEXT, "../../moved"),
    "a copy that is a loop": link(_NEXT, "next"),
    "a folder of a copy that is a link out": link(f"{_NEXT}/dist", "../../../moved"),
    "a file of a copy that is a link out": link(_FILE, "../../../../../sentinel.js"),
    "a file of a copy that is a device": link(_FILE, "/dev/full"),
    "patches that are a link out": link("patches", "../elsewhere"),
    "a configuration that is a device": link("nextfix.toml", "/dev/zero"),
    "a read-only folder": mode("", 0o555),
    "a read-only source": mode("own.js", 0o444),
    "a source that may not be read": mode("own.js", 0),
    "a manifest that may not be read": mode("package.json", 0),
    "a copy that may not be read": mode(_NEXT, 0),
    "a read-only copy": mode(f"{_NEXT}/dist/server", 0o555),
    "a file of a copy that may not be read": mode(_FILE, 0),
    "node_modules that may not be listed": mode("node_modules", 0o111),
    "a receipt that is a folder": state(f"{_NEXT}/.nextfix/receipt.json", None),
    "a receipt that is garbage": state(f"{_NEXT}/.nextfix/receipt.json", b"\xff{"),
    "a receipt of deep lists": state(f"{_NEXT}/.nextfix/receipt.json", b"[" * 100_000),
    "a receipt of another shape": state(f"{_NEXT}/.nextfix/receipt.json", b'{"version": 1, "files": 3}'),
    "a lock that is a folder": state(f"{_NEXT}/.nextfix/lock", None),
    "a state that is a file": state(f"{_NEXT}/.nextfix", b""),
    "a patch that is garbage": state(f"patches/next@{UNCERTIFIED}.patch", b"\xff\0garbage"),
    "a patch that is a folder": state(f"patches/next@{UNCERTIFIED}.patch", None),
    "patches that are a file": state("patches", b""),
    "a hook that is somebody else's": state("nextfix-hook.cjs", b"// ours\n"),
    "a workflow that is somebody else's": state(".github/workflows/nextfix.yml", b"on: push\n"),
    "a .github that is a file": state(".github", b""),
    "a lockfile that is a folder": state("package-lock.json", None),
    "a pnpm workspace of garbage": state("pnpm-workspace.yaml", b"packages: [&a [*a]]\n"),
    "a .git that is a file": state(".git", b"gitdir: /nowhere\n"),
    "a .gitignore of all": state(".gitignore", b"*\n!*/\n"),
    "a configuration of garbage": state("nextfix.toml", b"\xff = ["),
}  # fmt: skip
# What is odd about the process, which is made so before it gives up the rights of root.
PROCESS: dict[str, Odd] = {
    "no home": variable("HOME", None),
    "a home that is a file": variable("HOME", "/dev/null"),
    "a cache that is a file": variable("XDG_CACHE_HOME", "/dev/null"),
    "a cache that is relative": variable("XDG_CACHE_HOME", "cache"),
    "no temporary folder": variable("TMPDIR", "/nowhere"),
    "columns of zero": variable("COLUMNS", "0"),
    "columns of words": variable("COLUMNS", "wide"),
    "a terminal of nobody": variable("TERM", "\x1b"),
    "forced colour": variable("FORCE_COLOR", "yes"),
    "an editor's locale": variable("LC_ALL", "xx_YY.bogus"),
    "no path": variable("PATH", None),
    "options of Node": variable("NODE_OPTIONS", "--require ./nowhere.js"),
    "few files": limit(resource.RLIMIT_NOFILE, 64),
    "no file larger than two pages": limit(resource.RLIMIT_FSIZE, 8192),
    "a small stack": limit(resource.RLIMIT_STACK, 512 * 1024),
    "a folder that is gone": gone,
    "a folder that may not be listed": shut_here,
}  # fmt: skip


def odd_project(root: Path) -> None:
    """A project with an affected copy and a finding of its own, beside what must never change."""
    make_project(root)
    (root / "package.json").write_text(
        json.dumps({"name": "app", "dependencies": {"next": "13.1.6"}}, indent=2)
    )
    (root / "own.js").write_text(KEPT)
    (root / "src").mkdir(exist_ok=True)
    (root.parent / "sentinel.js").write_text(KEPT)
    (root.parent / "sentinel.json").write_text('{"name": "sentinel"}')
    (root.parent / "elsewhere").mkdir()
