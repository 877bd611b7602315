"""The link step of a project in which nothing changed is not done again; one that changed is."""

import os
from pathlib import Path

import pytest

from patcher.catalogue.load import families
from patcher.scan.linked import Linked
from patcher.scan.pool import Scan, searching
from patcher.scan.server_code import ServerCode

_LOADER = (
    "export class Loader {\n  async load() { return 1 }\n  get() { return (this.p ??= this.load()) }\n}\n"
)
_ONCE = "import { Loader } from './loader.mjs'\nconst loader = new Loader()\nexport const h = () => loader.get()\n"
_EACH = "import { Loader } from './loader.mjs'\nexport const h = async () => { const l = new Loader(); l.get() }\n"


def scanned(folder: Path) -> Scan:
    own = ["loader.mjs", "handle.mjs"]
    with searching(own, families(), jobs=1, cache=folder / "cache.json") as search:
        return search.report(linked=Linked(own))


def write(folder: Path, handle: str, age: int) -> None:
    """The files of the project, as they are after lying there for `age` seconds."""
    for name, text in {"loader.mjs": _LOADER, "handle.mjs": handle, "package.json": "{}"}.items():
        (folder / name).write_text(text)
        then = (folder / name).stat().st_mtime - age
        os.utime(folder / name, (then, then))


def test_a_second_run_asks_nothing_of_the_other_files_until_one_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, _ONCE, 100)
    first = scanned(tmp_path)
    assert len(first.findings) == 1

    with monkeypatch.context() as patched:
        patched.setattr(ServerCode, "__init__", lambda *_: pytest.fail("the link step was done again"))
        assert scanned(tmp_path).findings == first.findings

    write(tmp_path, _EACH, 50)
    assert scanned(tmp_path).findings == ()


def test_a_file_written_a_moment_ago_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, _ONCE, 0)
    assert len(scanned(tmp_path).findings) == 1
    write(tmp_path, _EACH, 0)
    assert scanned(tmp_path).findings == ()
