"""Files of a package that only another runtime can load: Node refuses them, so that no server runs them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from patcher.catalogue.load import families
from patcher.scan.linked import Linked
from patcher.scan.other_runtimes import refused_by_node
from patcher.scan.pool import searching


def memo(name: str) -> str:
    return (
        f"let {name}\nexport function open() {{ return ({name} ??= fetch('/').then((answer) => answer)) }}\n"
    )


def package(folder: Path, scheme: str) -> Path:
    """A package whose `.` imports a module of `scheme` by way of a chunk, and whose `./plain` does not."""
    home = folder / "node_modules/tool"
    home.mkdir(parents=True)
    (home / "package.json").write_text(
        '{"name": "tool", "version": "1.0.0", "type": "module",'
        ' "exports": {".": "./index.js", "./plain": "./plain.js", "./late": "./late.js"}}'
    )
    (home / "index.js").write_text("import { base } from './chunk.js'\nexport { base }\n" + memo("index"))
    (home / "chunk.js").write_text(f"import {{ EventEmitter as base }} from '{scheme}'\nexport {{ base }}\n")
    (home / "plain.js").write_text(memo("plain"))
    (home / "late.js").write_text(
        f"export const eventually = () => import('{scheme}').catch(() => null)\n{memo('late')}"
    )
    return home


@pytest.mark.parametrize(
    ("scheme", "files"), [("node:events", []), ("cloudflare:workers", ["chunk.js", "index.js"])]
)
def test_what_imports_a_module_of_another_runtime_is_refused_and_who_imports_that(
    tmp_path: Path, scheme: str, files: list[str]
) -> None:
    home = package(tmp_path, scheme)

    assert sorted(Path(path).name for path in refused_by_node(home.as_posix())) == files
    for name in ("index.js", "plain.js", "late.js"):
        done = subprocess.run([shutil.which("node") or "node", str(home / name)], capture_output=True)
        assert (done.returncode != 0) == (name in files), name


def test_an_import_in_a_comment_is_none(tmp_path: Path) -> None:
    home = package(tmp_path, "node:events")
    with (home / "chunk.js").open("a") as chunk:
        chunk.write("/**\n * @example\n * import { base } from 'jsr:@team/tool'\n */\n// from 'npm:tool'\n")

    assert refused_by_node(home.as_posix()) == frozenset()


@pytest.mark.parametrize(
    ("scheme", "files"),
    [
        ("node:events", ["index.js", "late.js", "plain.js"]),
        ("cloudflare:workers", ["late.js", "plain.js"]),
    ],
)
def test_nothing_is_reported_in_files_that_node_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, files: list[str]
) -> None:
    home = package(tmp_path, scheme)
    monkeypatch.chdir(tmp_path)

    paths = [str(path.relative_to(tmp_path)) for path in sorted(home.glob("*.js"))]
    with searching(paths, families(), jobs=1) as search:
        found = search.report(linked=Linked()).findings

    assert [Path(finding.path).name for finding in found] == files
