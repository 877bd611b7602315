"""Files of a project that nobody should have to read, and projects with one of them."""

import io
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.synthetic import make_project

Make = Callable[[Path], object]


def content(data: bytes) -> Make:
    """Makes a file with `data`."""
    return lambda path: path.write_bytes(data)


def link(target: str) -> Make:
    """Makes a symbolic link to `target`."""
    return lambda path: path.symlink_to(target)


def pipe(path: Path) -> None:
    """Make a pipe to which nobody writes."""
    os.mkfifo(path)


def encrypted_zip() -> bytes:
    """An archive whose member is marked as encrypted."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("node_modules/next/package.json", "{}")
    data = bytearray(made.getvalue())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    return bytes(data)


# What any file may be.
ANY: Mapping[str, Make] = {
    "empty": content(b""),
    "zeros": content(b"\0" * 5000),
    "not UTF-8": content(b"\xff\xfe\x00\x80\xe9"),
    "a folder": lambda path: path.mkdir(),
    "a pipe": pipe,
    "a device": link("/dev/zero"),
    "a loop": link("."),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": link("nowhere"),
    "64 MiB": lambda path: _sparse(path, 64 * 1024 * 1024),
    "one long line": content(b"a" * 1_000_000),
    "a million lines": content(b"\n" * 1_000_000),
    "deep lists": content(b"[" * 200_000),
    "deep objects": content(b'{"a":' * 2000 + b"1" + b"}" * 2000),
    "5,000 digits": content(b'{"version": ' + b"1" * 5000 + b"}"),
    "a list": content(b"[]"),
    "a number": content(b"1e999"),
    "null": content(b"null"),
    "lone surrogates": content(b'{"name": "\\ud800", "workspaces": ["\\udfff/*"], "\\ud800": 1}'),
}

_NAMES = (
    "null",
    "3",
    '"x"',
    "[]",
    "{}",
    "[[[]]]",
    '{"a": {"b": []}}',
    '["\\u0000", "../..", "/", "a/\\u0000/b"]',
)
_KEYS = (
    "workspaces",
    "scripts",
    "dependencies",
    "engines",
    "packageManager",
    "nextfix",
    "bin",
    "pnpm",
    "name",
    "version",
)

# What a file of that name may be besides.
OWN: Mapping[str, Mapping[str, Make]] = {
    "package.json": {
        **{
            f"{key}: {value}": content(f'{{"name": "app", "{key}": {value}}}'.encode())
            for key in _KEYS
            for value in _NAMES
        },
        **{
            f"workspaces {glob[:20]}": content(f'{{"workspaces": ["{glob}"]}}'.encode())
            for glob in (
                "packages/**foo",
                "**/" * 40,
                "*a" * 40,
                "{a,b}" * 20,
                "[",
                "[]",
                "!",
                "!!",
                "",
                "~",
                "{",
                "{a",
                "\\\\",
                "***",
                "packages/{1..1000000}",
                "(a|" * 50,
                "+(a)" * 20,
                "?" * 200,
                "packages/..",
                "./" * 500,
            )
        },
        "scripts with operators": content(b'{"scripts": {"postinstall": "a || b; c & # d", "prebuild": 3}}'),
        "patches out of the project": content(
            b'{"pnpm": {"patchedDependencies": {"next@13.1.6": "../../x"}}, '
            b'"patchedDependencies": {"next@13.1.6": "/x"}}'
        ),
    },
    ".gitignore": {
        line[:20]: content(f"{line}\n".encode())
        for line in (
            "!",
            "/",
            "\\",
            "[",
            "[a",
            "*a" * 100 + "b",
            "**/" * 100,
            "!!",
            "[z-a]",
            "[[:none:]]",
            "\\!",
            " ",
        )
    },
    "pnpm-workspace.yaml": {
        "a date": content(b"x: 2020-13-45\n"),
        "bombs": content(b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 90))),
        "itself": content(b"packages: &a [*a]\n"),
        "tags": content(b"packages: !!python/object:os.system [x]\n"),
        "deep": content(b"- " * 5000),
        "flow": content(b"{" * 100_000),
        "stars": content(b"packages: ['**/**/**/**/**/**/**/**']\n"),
        "numbers": content(b"packages: [1, 2.5, ~]\npatchedDependencies: [a]\n"),
        "a mapping of patches": content(b"patchedDependencies:\n  next@13.1.6: ../../x\n"),
    },
    "nextfix.toml": {
        "deep": content(b"a = " + b"[" * 5000),
        "a key of 100,000 parts": content(b"a" + b".a" * 100_000 + b" = 1"),
        "wrong types": content(b"scope = 3\nexclude = [1]\nbaseline = []\n"),
        "a pattern": content(b'exclude = ["!", "*a*a*a*a*a*a*a*a*b", "["]\n'),
        "a baseline elsewhere": content(b'baseline = "/dev/zero"\n'),
    },
    "baseline.json": {
        "wrong entries": content(b'{"version": 1, "findings": [{"path": 1}]}'),
        "a version": content(b'{"version": [[]], "findings": {}}'),
    },
    ".nvmrc": {"a range": content(b">=1 || " * 50), "letters": content(b"lts/" + b"x" * 300)},
    ".pnp.cjs": {
        "no end": content(b"RAW_RUNTIME_STATE = '" + b"\\\n" * 100_000),
        "many starts": content(b"RAW_RUNTIME_STATE = '" * 50_000),
        "deep": content(b"RAW_RUNTIME_STATE = '" + b"[" * 100_000 + b"'"),
        "far up": content(
            b"RAW_RUNTIME_STATE = '"
            b'{"packageRegistryData": [["next", [["npm:1", {"packageLocation": "./__virtual__/a/999999999/x/"}]]]]}\''
        ),
        "numbers": content(
            b'RAW_RUNTIME_STATE = \'{"packageRegistryData": [["next", [[1, {"packageLocation": 3}]]]]}\''
        ),
        "an encrypted archive": lambda path: _zipped(path, encrypted_zip()),
        "a damaged archive": lambda path: _zipped(path, b"PK\x03\x04" + b"\xff" * 3000),
        "no archive": lambda path: _zipped(path, None),
    },
    ".pnp.data.json": {"deep": content(b"[" * 500_000)},
    "node_modules/next/package.json": {
        "a version of 5,000 characters": content(b'{"name": "next", "version": "' + b"1" * 5000 + b'"}'),
        "a name": content(b'{"name": "../next", "version": "13.1.6"}'),
        "bins": content(b'{"name": "next", "version": "13.1.6", "bin": {"a": "\\u0000"}}'),
    },
    "node_modules/evil/dist/package.json": {},
    "node_modules/.modules.yaml": {"deep": content(b"[" * 100_000), "a date": content(b"x: 2020-13-45")},
    "node_modules/.nextfix/next.json": {
        "numbers": content(b'{"schema": 1, "name": 1}'),
        "files": content(b'{"schema": 1, "name": "next", "version": "1", "files": [{"path": "../x"}]}'),
    },
    "node_modules/next/dist/server/next.js": {},
    "patches/next+13.1.6-synthetic.0.patch": {
        "half a hunk": content(b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,9 +1 @@\n-a\n"),
        "binary": content(b"diff --git a/x b/x\nGIT binary patch\nliteral 9\n"),
    },
    "yarn.lock": {},
    "pnpm-lock.yaml": {},
    ".yarnrc.yml": {"deep": content(b"[" * 100_000)},
    ".pre-commit-config.yaml": {"deep": content(b"[" * 100_000), "no repos": content(b"repos: 3\n")},
    "src/a.js": {
        "deep": content(b"a=" + b"[" * 50_000),
        "half": content(b"class A { get() { this.p = f().then("),
    },
    "src/a.ts": {},
    "node_modules": {},
    "src": {},
}


def cases() -> list[tuple[str, str]]:
    """Every file with everything that it may be."""
    return [(file, kind) for file, own in OWN.items() for kind in (*ANY, *own)]


def hostile_project(root: Path, file: str, kind: str) -> None:
    """A project in `root` with a package that rules are about, in which `file` is hostile."""
    make_project(root)
    for name, text in (("src/a.js", "this.p = f().then(x => x)\n"), ("node_modules/evil/dist/a.js", "1\n")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    if file == "nextfix.toml" or file == "baseline.json":
        (root / "nextfix.toml").write_text('baseline = "baseline.json"\n')
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        path.rename(root / "away")
    path.unlink(missing_ok=True)
    (OWN[file].get(kind) or ANY[kind])(path)


def _sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def _zipped(loader: Path, archive: bytes | None) -> None:
    """A Plug'n'Play project whose map names `archive`."""
    loader.write_text(
        "RAW_RUNTIME_STATE = '"
        '{"packageRegistryData": [["next", [["npm:1", {"packageLocation": "./a.zip/node_modules/next/"}]]]]}\''
    )
    if archive is not None:
        (loader.parent / "a.zip").write_bytes(archive)
    if (loader.parent / "node_modules").is_dir():
        (loader.parent / "node_modules").rename(loader.parent / "away")
