"""Finding copies, in the trees that package managers make."""

import errno
import json
import os
from pathlib import Path

import pytest

from patcher.errors import ExitCode
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
        {"package.json": '{"workspaces": ["{apps,packages}/{web,site}"]}'},
        {"package.json": '{"workspaces": ["./**/{web,site}/", "!**/old"]}'},
        {"package.json": '{"workspaces": ["apps/@(web|site)"]}'},
        {"package.json": '{"workspaces": ["apps/[^o]*"]}'},
        {"package.json": '{"workspaces": ["**/**/**/**/web"]}'},
        {"package.json": '{"workspaces": ["apps/**web"]}'},
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
    assert copies.problems[0].code is ExitCode.REFUSED
    assert "outside of this project" in copies.problems[0].reason


def test_a_plug_and_play_map_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / ".pnp.cjs").write_text("")

    [problem] = find_copies(tmp_path, ["next"]).problems

    assert problem.code is ExitCode.DEFECT
    assert "yarn install" in problem.hint


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{", "[]", '{"name": "next"}', '{"name": "next", "version": 13}']
)
def test_a_copy_whose_manifest_is_broken_is_passed_over_with_its_reason(tmp_path: Path, text: str) -> None:
    copy = make_project(tmp_path, "13.1.6", {})
    (copy / "package.json").write_text(text)

    copies = find_copies(tmp_path, ["next"])

    assert copies.found == []
    assert [problem.code for problem in copies.problems] == [ExitCode.DEFECT]


def test_a_cycle_of_links_ends(tmp_path: Path) -> None:
    make_project(tmp_path, "13.1.6", {})
    os.symlink(tmp_path, tmp_path / "node_modules" / "app")

    assert len(found(tmp_path)) == 1


STALLING = {
    "any depth, many times": ["**/" * 300 + "a"],
    "any name, many times": ["*a" * 300 + "b"],
    "groups in groups": ["+(a|aa)+(a|aa)+(a|aa)+(a|aa)+(a|aa)+(a|aa)b"],
    "braces that stand for millions": ["{a,b}" * 24],
    "braces in braces": ["{" * 300],
    "a range without end": ["{1..1000000000}"],
    "thousands of globs": ["a*"] * 5_000,
    "a glob without end": ["a" * 2_000_000],
    "a zero byte": ["a\0b", "packages/*"],
    "signs that close nothing": ["packages/[", "packages/(", "packages/@(", "!", "!!", "[!]"],
    "two stars and a name": ["packages/**foo", "**foo/**bar**/***"],
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", STALLING)
@pytest.mark.parametrize("file", ["package.json", "pnpm-workspace.yaml"])
def test_no_workspace_glob_stalls_or_ends_a_search(tmp_path: Path, kind: str, file: str) -> None:
    make_project(tmp_path, "13.1.6", {})
    key = "workspaces" if file == "package.json" else "packages"
    (tmp_path / file).write_text(json.dumps({key: STALLING[kind]}))
    deep = tmp_path
    for _ in range(12):
        deep = deep / ("a" * 60)
    deep.mkdir(parents=True)

    copies = find_copies(tmp_path, ["next"])

    assert [copy.version for copy in copies.found] == ["13.1.6"]
    assert all(problem.code is ExitCode.DEFECT for problem in copies.problems)


@pytest.mark.parametrize(
    "text", ["x: 2020-13-45\npackages: ['apps/*']\n", "packages: &a [*a]\n", "a: [", "[]", "1"]
)
def test_a_pnpm_workspace_that_is_odd_or_broken_leaves_the_copies_of_the_root(
    tmp_path: Path, text: str
) -> None:
    make_project(tmp_path, "13.1.6", {})
    (tmp_path / "pnpm-workspace.yaml").write_text(text)
    make_project(tmp_path / "apps" / "web", "13.1.6", {})

    copies = find_copies(tmp_path, ["next"])

    assert len(copies.found) == (2 if "2020" in text else 1)
    assert len(copies.problems) == (1 if text in ("packages: &a [*a]\n", "a: [") else 0)


def test_a_broken_manifest_of_the_project_is_reported_and_its_copies_are_found(tmp_path: Path) -> None:
    make_project(tmp_path, "13.1.6", {})
    (tmp_path / "package.json").write_text("{")

    copies = find_copies(tmp_path, ["next"])

    assert [copy.version for copy in copies.found] == ["13.1.6"]
    assert [problem.code for problem in copies.problems] == [ExitCode.DEFECT]


@pytest.mark.parametrize("workspaces", ["[]", '["app"]'])
def test_a_link_to_a_copy_of_another_project_is_refused_whatever_lies_above(
    tmp_path: Path, workspaces: str
) -> None:
    """A node_modules folder or a workspace above both does not make the one a part of the other."""
    (tmp_path / "package.json").write_text(f'{{"workspaces": {workspaces}}}')
    (tmp_path / "node_modules").mkdir()
    theirs = make_project(tmp_path / "victim", "13.1.6", {})
    (tmp_path / "app" / "node_modules").mkdir(parents=True)
    (tmp_path / "app" / "package.json").write_text("{}")
    (tmp_path / "app/node_modules/next").symlink_to(theirs)

    copies = find_copies(tmp_path / "app", ["next"])

    assert copies.found == []
    assert [problem.code for problem in copies.problems] == [ExitCode.REFUSED]


def test_a_link_into_another_package_of_the_same_workspace_is_a_copy_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"workspaces": ["apps/*"]}')
    copy = make_project(tmp_path / "apps" / "one", "13.1.6", {})
    (tmp_path / "apps/two/node_modules").mkdir(parents=True)
    (tmp_path / "apps/two/package.json").write_text("{}")
    (tmp_path / "apps/two/node_modules/next").symlink_to(copy)

    assert [item.folder for item in find_copies(tmp_path / "apps/two", ["next"]).found] == [copy.resolve()]


def test_a_package_that_the_project_does_not_ask_for_is_not_looked_for_above_it(tmp_path: Path) -> None:
    make_project(tmp_path, "13.1.6", {})
    for name, asked in (("with", '{"dependencies": {"next": "*"}}'), ("without", "{}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "package.json").write_text(asked)

    assert len(find_copies(tmp_path / "with", ["next"]).found) == 1
    assert find_copies(tmp_path / "without", ["next"]).found == []


def test_each_package_is_looked_for_on_its_own(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"workspaces": ["app"]}')
    make_project(tmp_path / "app", "13.1.6", {})
    other = tmp_path / "node_modules" / "other"
    other.mkdir(parents=True)
    (other / "package.json").write_text('{"name": "other", "version": "1.0.0"}')

    copies = find_copies(tmp_path / "app", ["next", "other"]).found

    assert [(copy.name, copy.layout) for copy in copies] == [("next", "npm"), ("other", "hoisted")]


def test_an_app_below_a_folder_without_copies_is_named(tmp_path: Path) -> None:
    make_project(tmp_path / "apps" / "web", "13.1.6", {})

    copies = find_copies(tmp_path, ["next"])

    assert (copies.found, copies.problems) == ([], [])
    [missing] = copies.missing
    assert missing.code is ExitCode.NOTHING
    assert str(missing).endswith("apps/web")


def test_what_package_json_asks_for_and_is_not_installed_is_named(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"next": "13.1.6", "react": "*"}}')

    [missing] = find_copies(tmp_path, ["next"]).missing

    assert missing.reason == "asks for next, which is not installed"


@pytest.mark.parametrize(
    "place",
    [
        "node_modules",
        "node_modules/next",
        "node_modules/tool",
        "node_modules/@scope",
        "node_modules/.pnpm",
        "node_modules/.pnpm/next@1",
        "apps",
        "apps/web",
        ".next/standalone",
    ],
)
def test_what_lies_below_an_unreadable_folder_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "package.json").write_text('{"workspaces": ["apps/*"]}')
    make_package(tmp_path / place / "node_modules", "13.1.6", {})
    closed = str(tmp_path / place) + "/"
    real_stat, real_list, real_scan = os.stat, os.listdir, os.scandir

    def refuse(path: object) -> object:
        if f"{path}/".startswith(closed):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return None

    def stat(path: str, **options: bool) -> os.stat_result:
        if f"{path}/" != closed:
            refuse(path)
        return real_stat(path, **options)

    def listdir(path: str) -> list[str]:
        refuse(path)
        return real_list(path)

    def scandir(path: str) -> object:
        refuse(path)
        return real_scan(path)

    monkeypatch.setattr(os, "stat", stat)
    monkeypatch.setattr(os, "listdir", listdir)
    monkeypatch.setattr(os, "scandir", scandir)

    problems = find_copies(tmp_path, ["next"]).problems

    assert {problem.code for problem in problems} == {ExitCode.FILES}
    assert all(place in str(problem.path) for problem in problems)
