"""Packages in the archives of Yarn Plug'n'Play, with a map written as yarn writes it."""

import json
import zipfile
from pathlib import Path

import pytest

from patcher.errors import ExitCode
from patcher.npm.archives import read_archived
from patcher.npm.copies import find_copies
from tests.synthetic import make_project


def plug_and_play(root: Path, locations: list[str]) -> Path:
    """A project whose map names `locations` for next, and the archive that they mean."""
    references = [
        [f"npm:{number}", {"packageLocation": place, "packageDependencies": [["it's", None]]}]
        for number, place in enumerate(locations)
    ]
    state = json.dumps({"packageRegistryData": [["next", references]]}, indent=1)
    quoted = state.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\\n")
    (root / "package.json").write_text("{}")
    (root / ".pnp.cjs").write_text(f"const RAW_RUNTIME_STATE =\n'{quoted}';\n")
    archive = root / ".yarn/cache/next-npm-13.1.6-abc.zip"
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("node_modules/next/package.json", '{"name": "next", "version": "13.1.6"}')
        made.writestr("node_modules/next/dist/a.js", b"a")
    return archive / "node_modules/next"


def test_a_package_and_its_virtual_twins_are_one_copy(tmp_path: Path) -> None:
    cache = "cache/next-npm-13.1.6-abc.zip/node_modules/next/"
    folder = plug_and_play(tmp_path, [f"./.yarn/{cache}", f"./.yarn/__virtual__/next-virtual-1/0/{cache}"])

    copies = find_copies(tmp_path, ["next"])

    assert [(copy.version, copy.folder, copy.layout) for copy in copies.found] == [("13.1.6", folder, "pnp")]
    assert read_archived(folder, "dist/a.js") == b"a"
    assert read_archived(folder, "dist/b.js") is None


def test_a_virtual_location_goes_up_as_many_folders_as_it_says(tmp_path: Path) -> None:
    inner = tmp_path / "one" / "two"
    inner.mkdir(parents=True)
    folder = plug_and_play(
        inner,
        ["./.yarn/__virtual__/next-virtual-1/2/two/.yarn/cache/next-npm-13.1.6-abc.zip/node_modules/next/"],
    )

    assert [copy.folder for copy in find_copies(inner, ["next"]).found] == [folder]


def test_an_archive_that_is_gone_is_said(tmp_path: Path) -> None:
    folder = plug_and_play(tmp_path, ["./.yarn/cache/next-npm-13.1.6-abc.zip/node_modules/next/"])
    folder.parents[1].unlink()

    [problem] = find_copies(tmp_path, ["next"]).problems

    assert problem.code is ExitCode.FILES
    assert problem.hint == "run 'yarn install'"


@pytest.mark.parametrize("kind", ["damaged", "without the package", "with a broken package.json", "nameless"])
def test_an_archive_that_cannot_be_read_is_reported_and_no_copy(tmp_path: Path, kind: str) -> None:
    folder = plug_and_play(tmp_path, ["./.yarn/cache/next-npm-13.1.6-abc.zip/node_modules/next/"])
    archive = folder.parents[1]
    if kind == "damaged":
        archive.write_bytes(archive.read_bytes()[:-30])
    else:
        text = {"with a broken package.json": "{", "nameless": '{"name": "next"}'}.get(kind)
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr("node_modules/next/package.json" if text else "other", text or "")

    copies = find_copies(tmp_path, ["next"])

    assert copies.found == []
    assert len(copies.problems) == 1


def test_a_map_that_would_take_an_expression_for_ever_is_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / ".pnp.cjs").write_text("RAW_RUNTIME_STATE = '" + "\\\n" * 200_000)

    [problem] = find_copies(tmp_path, ["next"]).problems

    assert problem.code is ExitCode.DEFECT
    assert "Plug'n'Play map" in problem.reason


@pytest.mark.parametrize("place", ["../victim/node_modules/next/", "./victim/node_modules/next/"])
def test_a_map_that_names_a_copy_of_another_project_is_refused(tmp_path: Path, place: str) -> None:
    root = tmp_path / "app"
    root.mkdir()
    plug_and_play(root, [place])
    make_project(root / place.removesuffix("node_modules/next/"), "13.1.6", {})

    copies = find_copies(root, ["next"])

    assert copies.found == []
    assert [problem.code for problem in copies.problems] == [ExitCode.REFUSED]


def test_an_unplugged_package_is_an_ordinary_copy(tmp_path: Path) -> None:
    place = ".yarn/unplugged/next-npm-13.1.6/node_modules/next"
    plug_and_play(tmp_path, [f"./{place}/"])
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / "package.json").write_text('{"name": "next", "version": "13.1.6"}')

    assert [copy.layout for copy in find_copies(tmp_path, ["next"]).found] == ["unplugged"]
