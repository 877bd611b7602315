"""The preload rewrites what Node loads, by hash, on every Node that Next runs on; nothing on disk changes."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery.tools import cache, environment
from tests.delivery.trees import RELEASES, nextfix, run

_NODES = ("16.20.2", "18.20.4", "20.20.2", "22.12.0", "24.21.0")
_LOADED = {
    "old": ("next/dist/server/next.js", "next/dist/shared/lib/loadable.js"),
    "new": ("next/dist/server/next.js", "next/dist/compiled/next-server/pages.runtime.prod.js"),
}


def node(version: str) -> str:
    """The program of a Node release, fetched once."""
    folder = cache() / f"node-{version}"
    program = folder / "node_modules" / "node" / "bin" / "node"
    if not program.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": {"node": version}}))
        npm = shutil.which("npm") or "npm"
        subprocess.run(
            [npm, "install", "--no-audit", "--no-fund"], cwd=folder, check=True, capture_output=True
        )
    return str(program)


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """A preload that writes the hash of each text that Node compiles: it is required before the hook."""
    probe = tmp_path / "probe.cjs"
    probe.write_text(
        "const Module=require('module'),c=require('crypto'),compile=Module.prototype._compile;"
        "Module.prototype._compile=function(text,name,...rest){"
        "if(name.includes('next'))console.log('compiled',c.createHash('sha256').update(text).digest('hex'),name);"
        "return compile.call(this,text,name,...rest)};"
    )
    return probe


def package(root: Path, name: str) -> Path:
    """Where npm has put the release of an app: beside it, or hoisted."""
    places = (root / "apps" / name / "node_modules/next", root / "node_modules/next")
    return next(
        place
        for place in places
        if place.is_dir() and json.loads((place / "package.json").read_text())["version"] == RELEASES[name]
    )


def expected(root: Path, name: str, tmp_path: Path) -> Iterator[str]:
    """The hashes that apply writes, in a copy of the package."""
    source = package(root, name)
    copy = tmp_path / name / "next"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("esm", "*.map", "@babel", "webpack"))
    nextfix("apply", str(copy), folder=tmp_path)
    for path in _LOADED[name]:
        yield hashlib.sha256((copy.parent / path).read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("name", "version"),
    # next 14 needs Node 18.17
    [*(("old", version) for version in _NODES), *(("new", version) for version in _NODES[1:])],
)
def test_node_compiles_the_bytes_that_apply_would_write(
    tree: Path, compiled: Path, tmp_path: Path, version: str, name: str
) -> None:
    before = {p: p.read_bytes() for p in tree.glob("**/next/dist/server/next.js")}
    command = [node(version), "--require", str(compiled), "--require", str(tree / "nextfix-hook.cjs")]
    script = ";".join(f"require('{path}')" for path in _LOADED[name])

    output = run([*command, "-e", script], tree / "apps" / name)

    for path, digest in zip(_LOADED[name], expected(tree, name, tmp_path), strict=True):
        assert any(digest in line and line.endswith(path) for line in output.splitlines()), path
    assert "NEXTFIX_HOOK" not in output
    assert {p: p.read_bytes() for p in before} == before


@pytest.mark.parametrize("version", ["20.20.2", "22.12.0", "24.21.0"])
def test_an_es_module_that_imports_next_gets_the_rewritten_one(tree: Path, version: str) -> None:
    script = tree / "apps" / "old" / "server.mjs"
    script.write_text("import next from 'next'; import 'next/dynamic.js'; console.log(typeof next)")
    environment_ = {**environment(), "NEXTFIX_HOOK": "log"}

    result = subprocess.run(
        [node(version), "--import", f"file://{tree}/nextfix-hook.cjs", str(script)],
        cwd=tree,
        env=environment_,
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout == "function\n"
    assert "server/next.js" in result.stderr
    assert "shared/lib/loadable.js" in result.stderr


def test_a_file_that_it_was_not_made_for_is_loaded_as_it_is_with_a_warning(
    tree: Path, tmp_path: Path
) -> None:
    other = tmp_path / "node_modules" / "next" / "dist" / "server" / "next.js"
    other.parent.mkdir(parents=True)
    other.write_text("module.exports = 'other'")

    output = run(
        ["node", "--require", str(tree / "nextfix-hook.cjs"), "-p", f"require({json.dumps(str(other))})"],
        tmp_path,
    )

    assert output.startswith("other\n")
    assert "[NEXTFIX_HOOK] Warning" in output
    assert "--to require-hook" in output


def test_a_file_that_apply_has_rewritten_already_is_left_alone(tree: Path, tmp_path: Path) -> None:
    source = package(tree, "old")
    copy = tmp_path / "node_modules" / "next"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("esm", "*.map", "@babel", "webpack"))
    nextfix("apply", str(copy), folder=tmp_path)

    output = run(
        [
            "node",
            "--require",
            str(tree / "nextfix-hook.cjs"),
            "-e",
            "require('next/dist/shared/lib/loadable')",
        ],
        tmp_path,
        code=None,
    )

    assert "NEXTFIX_HOOK" not in output


def test_only_edits_are_carried_not_the_package(tree: Path) -> None:
    assert os.path.getsize(tree / "nextfix-hook.cjs") < 20_000
