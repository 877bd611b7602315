"""Finding copies, in the trees that package managers make."""

import os
from pathlib import Path

import pytest

from patcher.errors import ExitCode, NextfixError
from patcher.npm.copies import find_copies
from tests.synthetic import make_package, make_project


def found(root: Path) -> list[tuple[str, str, str]]:
    return [
        (copy.version, copy.folder.relative_to(root.resolve()).as_posix(), copy.layout)
        for copy in find_copies(root, ["next"]).found
    ]


def test_a_flat_and_a_nested_copy_are_found_each_with_its_release(tmp_path: Path) -> None:
    make_project(tmp_path, "13.1.6", {})
    make_package(tmp_path / "node_modules" / "@scope" / "tool" / "node_modules", "12.3.4", {})

    assert found(tmp_path) == [
        ("13.1.6", "node_modules/next", "npm"),
        ("12.3.4", "node_modules/@scope/tool/node_modules/next", "nested"),
    ]


def test_a_copy_reached_by_several_links_is_found_once(tmp_path: Path) -> None:
    real = make_package(tmp_path / "node_modules/.pnpm/next@13.1.6_react@18/node_modules", "13.1.6", {})
    os.symlink(real, tmp_path / "node_modules/next")

    assert found(tmp_path) == [
        ("13.1.6", "node_modules/.pnpm/next@13.1.6_react@18/node_modules/next", "pnpm")
    ]


@pytest.mark.parametrize(
    ("place", "manager"),
    [
        ("node_modules/.pnpm/next@13.1.6/node_modules", "pnpm"),
        ("node_modules/.bun/next@13.1.6+abc/node_modules", "bun"),
        ("node_modules/.store/next-npm-13.1.6-abc/node_modules", "yarn"),
    ],
)
def test_copies_that_only_a_store_holds_are_found(tmp_path: Path, place: str, manager: str) -> None:
    make_package(tmp_path / place, "13.1.6", {})

    assert found(tmp_path) == [("13.1.6", f"{place}/next", manager)]


def test_a_copy_that_an_earlier_install_left_in_the_store_is_passed_over(tmp_path: Path) -> None:
    store = tmp_path / "node_modules/.pnpm"
    make_package(store / "next@13.1.6/node_modules", "13.1.6", {})
    used = make_package(store / "next@13.1.6_patch_hash=1/node_modules", "13.1.6", {})
    (store / "tool@1/node_modules").mkdir(parents=True)
    os.symlink(used, store / "tool@1/node_modules/next")

    assert found(tmp_path) == [
        ("13.1.6", "node_modules/.pnpm/next@13.1.6_patch_hash=1/node_modules/next", "pnpm")
    ]


@pytest.mark.parametrize("program", [True, False])
def test_an_image_that_holds_only_what_was_traced_is_known_by_its_missing_program(
    tmp_path: Path, program: bool
) -> None:
    package = make_project(tmp_path, "13.1.6", {"dist/bin/next": ""} if program else {})
    (package / "package.json").write_text(
        '{"name": "next", "version": "13.1.6", "bin": {"next": "dist/bin/next"}}'
    )

    assert [copy.layout for copy in find_copies(tmp_path, ["next"]).found] == [
        "npm" if program else "standalone"
    ]


@pytest.mark.parametrize(
    "configuration",
    [
        {"package.json": '{"workspaces": ["apps/*", "!apps/old"]}'},
        {"package.json": '{"workspaces": {"packages": ["apps/*", "!apps/old"]}}'},
        {"package.json": "{}", "pnpm-workspace.yaml": "packages:\n  - 'apps/**'\n  - '!apps/old'\n"},
    ],
)
def test_workspaces_are_followed(tmp_path: Path, configuration: dict[str, str]) -> None:
    for name, text in configuration.items():
        (tmp_path / name).write_text(text)
    make_project(tmp_path / "apps" / "web", "13.1.6", {})
    make_project(tmp_path / "apps" / "old", "12.0.0", {})

    assert found(tmp_path) == [("13.1.6", "apps/web/node_modules/next", "npm")]


def test_a_workspace_finds_the_copy_that_was_hoisted_above_it(tmp_path: Path) -> None:
    copy = make_project(tmp_path, "13.1.6", {})
    (tmp_path / "apps" / "web").mkdir(parents=True)

    copies = find_copies(tmp_path / "apps" / "web", ["next"]).found

    assert [(item.folder, item.layout) for item in copies] == [(copy.resolve(), "hoisted")]


def test_standalone_builds_carry_copies_of_their_own(tmp_path: Path) -> None:
    make_project(tmp_path, "13.1.6", {})
    make_package(tmp_path / ".next/standalone/node_modules", "13.1.6", {})

    assert ("13.1.6", ".next/standalone/node_modules/next", "standalone") in found(tmp_path)


def test_a_package_directory_may_be_named_itself(tmp_path: Path) -> None:
    make_package(tmp_path, "13.1.6", {})

    assert found(tmp_path / "next") == [("13.1.6", ".", "directory")]


def test_a_link_out_of_the_project_is_passed_over_with_its_reason(tmp_path: Path) -> None:
    outside = make_package(tmp_path / "elsewhere", "13.1.6", {})
    (tmp_path / "app" / "node_modules").mkdir(parents=True)
    os.symlink(outside, tmp_path / "app" / "node_modules" / "next")

    copies = find_copies(tmp_path / "app", ["next"])

    assert copies.found == []
    assert "outside this project" in copies.skipped[0].reason


def test_a_plug_and_play_map_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / ".pnp.cjs").write_text("")

    with pytest.raises(NextfixError, match="yarn install") as caught:
        find_copies(tmp_path, ["next"])

    assert caught.value.code is ExitCode.DEFECT


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{", "[]", '{"name": "next"}', '{"name": "next", "version": 13}']
)
def test_a_copy_whose_manifest_is_broken_is_passed_over_with_its_reason(tmp_path: Path, text: str) -> None:
    copy = make_project(tmp_path, "13.1.6", {})
    (copy / "package.json").write_text(text)

    copies = find_copies(tmp_path, ["next"])

    assert copies.found == []
    assert len(copies.skipped) == 1


def test_a_cycle_of_links_ends(tmp_path: Path) -> None:
    make_project(tmp_path, "13.1.6", {})
    os.symlink(tmp_path, tmp_path / "node_modules" / "app")

    assert len(found(tmp_path)) == 1
