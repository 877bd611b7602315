"""Exports on trees of our own writing: what is wired where, what is kept, what is refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import patcher.catalogue.load
from patcher.catalogue.load import package_record
from patcher.copies.export_patches import choose_target, export_all, undo_exports
from patcher.copies.request import Request
from patcher.copies.require_hook_plan import export_hook
from patcher.copies.verify_applied import check_applied
from patcher.errors import ExitCode, NextfixError
from patcher.export.project_edits import write_edits
from patcher.text.unified import patched
from tests.copies.exports import export, manifest, sections, version
from tests.synthetic import FILES, make_package, make_project, snapshot

pytestmark = pytest.mark.usefixtures("npm")


def test_npm_and_bun_get_an_entry_in_package_json(tmp_path: Path) -> None:
    make_project(tmp_path)
    (tmp_path / "bun.lock").touch()

    export(tmp_path, "bun")

    release = f"next@{version(tmp_path)}"
    assert manifest(tmp_path)["patchedDependencies"] == {release: f"patches/{release}.patch"}
    assert export(tmp_path, "bun").edits == ()


def test_the_patch_makes_of_each_file_what_apply_would_write(tmp_path: Path) -> None:
    from patcher.copies.apply import apply_all

    make_project(tmp_path)
    export(tmp_path, "npm")
    parts = sections((tmp_path / f"patches/next@{version(tmp_path)}.patch").read_bytes())
    list(apply_all(Request(tmp_path), dry_run=False)[0])

    for path, part in parts.items():
        assert patched(part, FILES[path].encode()) == (tmp_path / "node_modules/next" / path).read_bytes()


def test_an_export_of_a_rewritten_tree_is_the_same_as_of_a_fresh_one(tmp_path: Path) -> None:
    from patcher.copies.apply import apply_all

    make_project(tmp_path / "one")
    make_project(tmp_path / "two")
    list(apply_all(Request(tmp_path / "two"), dry_run=False)[0])

    for name in ("one", "two"):
        export(tmp_path / name, "npm")

    name = f"patches/next@{version(tmp_path / 'one')}.patch"
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"pnpm-lock.yaml": ""}, "pnpm-workspace.yaml"),
        ({"pnpm-lock.yaml": "", "pnpm-workspace.yaml": "packages: [a]\n"}, "pnpm-workspace.yaml"),
        ({"package.json": '{"packageManager": "pnpm@9.1.0"}'}, "package.json"),
        ({"package.json": '{"pnpm": {"patchedDependencies": {}}}', "pnpm-lock.yaml": ""}, "package.json"),
    ],
)
def test_pnpm_gets_the_entry_where_that_pnpm_reads_it(
    tmp_path: Path, files: dict[str, str], where: str
) -> None:
    make_project(tmp_path)
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    result = export(tmp_path, "pnpm")

    assert {edit.path.name for edit in result.edits if edit.path.suffix != ".patch"} == {where}


def test_a_patch_of_somebody_else_for_every_release_is_carried_along(tmp_path: Path) -> None:
    make_project(tmp_path)
    theirs = b"diff --git a/x.js b/x.js\n--- a/x.js\n+++ b/x.js\n@@ -1 +1 @@\n-a\n+b\n"
    (tmp_path / "all.patch").write_bytes(theirs)
    data = {"name": "app", "dependencies": {"next": "*"}, "patchedDependencies": {"next": "all.patch"}}
    (tmp_path / "package.json").write_text(json.dumps(data))

    export(tmp_path, "npm")

    assert (tmp_path / "all.patch").read_bytes() == theirs
    assert theirs in (tmp_path / f"patches/next@{version(tmp_path)}.patch").read_bytes()


def test_a_change_of_somebody_else_that_is_not_installed_is_not_lost(tmp_path: Path) -> None:
    make_project(tmp_path)
    release = f"next@{version(tmp_path)}"
    path = "dist/server/next.js"
    head = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n".encode()
    theirs = head + b'@@ -1 +1,2 @@\n "use strict";\n+// theirs\n'
    (tmp_path / "own.patch").write_bytes(theirs)
    data = {"name": "app", "patchedDependencies": {release: "own.patch"}}
    (tmp_path / "package.json").write_text(json.dumps(data))

    result = export_all(Request(tmp_path), "npm")

    assert result.edits == ()
    assert "not installed" in str(result.refused[0])


def test_yarn_gets_a_resolution_for_each_descriptor_and_keeps_it(tmp_path: Path) -> None:
    make_project(tmp_path)
    release = version(tmp_path)
    lock = f'__metadata:\n  version: 8\n\n"next@npm:*, next@npm:^{release}":\n  version: {release}\n'
    (tmp_path / "yarn.lock").write_text(lock)

    export(tmp_path, "yarn")

    reference = f"patch:next@npm%3A{release}#~/.yarn/patches/next-npm-{release}-nextfix.patch"
    wanted = {"next@npm:*": reference, f"next@npm:^{release}": reference}
    assert manifest(tmp_path)["resolutions"] == wanted
    source = f'"next@npm:{release}":\n  version: {release}\n'
    after = f'{source}\n"next@patch:next@npm%3A{release}#~/x":\n  version: {release}\n'
    (tmp_path / "yarn.lock").write_text(after)
    assert export(tmp_path, "yarn").edits == ()


def test_patch_package_names_nested_copies_by_their_way(tmp_path: Path) -> None:
    make_project(tmp_path)
    make_package(tmp_path / "node_modules" / "@scope" / "tool" / "node_modules")
    text = '{"scripts": {"postinstall": "husky"}, "devDependencies": {"patch-package": "8"}}'
    (tmp_path / "package.json").write_text(text)

    export(tmp_path, "patch-package")

    release = version(tmp_path)
    assert {path.name for path in (tmp_path / "patches").iterdir()} == {
        f"next+{release}.patch",
        f"@scope+tool++next+{release}.patch",
    }
    nested = sections((tmp_path / f"patches/@scope+tool++next+{release}.patch").read_bytes())
    assert all(path.startswith("node_modules/@scope/tool/node_modules/next/dist/") for path in nested)
    assert manifest(tmp_path) == {
        "scripts": {"postinstall": "husky && patch-package"},
        "devDependencies": {"patch-package": "8"},
    }


def test_a_sequence_of_patches_is_not_added_to(tmp_path: Path) -> None:
    make_project(tmp_path)
    (tmp_path / "patches").mkdir()
    (tmp_path / f"patches/next+{version(tmp_path)}+001+first.patch").write_text("")

    assert "sequence" in str(export_all(Request(tmp_path), "patch-package").refused[0])


@pytest.mark.parametrize(
    ("files", "target"),
    [
        ({}, "npm"),
        ({"pnpm-lock.yaml": ""}, "pnpm"),
        ({"bun.lockb": ""}, "bun"),
        ({"yarn.lock": "# yarn lockfile v1\n"}, "patch-package"),
        ({"yarn.lock": "__metadata:\n"}, "yarn"),
        ({"package.json": '{"packageManager": "npm@10.8.0"}'}, "patch-package"),
        ({"package.json": '{"packageManager": "npm@12.2.0"}', "yarn.lock": ""}, "npm"),
    ],
)
def test_the_target_is_what_installs_the_project(tmp_path: Path, files: dict[str, str], target: str) -> None:
    make_project(tmp_path)
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    assert choose_target(tmp_path)[0] == target


def test_a_target_that_would_never_be_applied_is_refused(tmp_path: Path) -> None:
    make_project(tmp_path)
    (tmp_path / "pnpm-lock.yaml").touch()

    with pytest.raises(NextfixError, match="--to pnpm") as caught:
        export_all(Request(tmp_path), "patch-package")
    assert caught.value.code is ExitCode.USAGE


def test_an_export_touches_nothing_in_node_modules(tmp_path: Path) -> None:
    make_project(tmp_path)
    before = snapshot(tmp_path / "node_modules")

    export(tmp_path, "npm")
    write_edits(export_hook(Request(tmp_path)).edits)

    assert snapshot(tmp_path / "node_modules") == before


def test_the_hook_of_a_rewritten_tree_is_that_of_a_fresh_one(tmp_path: Path) -> None:
    from patcher.copies.apply import apply_all

    make_project(tmp_path)
    write_edits(export_hook(Request(tmp_path)).edits)
    fresh = (tmp_path / "nextfix-hook.cjs").read_bytes()
    list(apply_all(Request(tmp_path), dry_run=False)[0])

    assert export_hook(Request(tmp_path)).edits == ()
    assert b"next/dist/server/next.js" in fresh


@pytest.mark.parametrize("named", ["../precious.txt", "package.json", "ABSOLUTE", "link.patch", "lib.js"])
@pytest.mark.parametrize("target", ["npm", "pnpm", "pnpm-workspace", "yarn"])
def test_a_file_that_is_not_a_patch_of_the_project_is_never_written(
    tmp_path: Path, named: str, target: str
) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("precious")
    root = tmp_path / "app"
    make_project(root)
    (root / "link.patch").symlink_to(precious)
    (root / "lib.js").write_text("let lib\n")
    named = str(precious) if named == "ABSOLUTE" else named
    release = version(root)
    data: dict[str, object] = {"name": "app", "dependencies": {"next": "*"}}
    if target == "npm":
        data["patchedDependencies"] = {f"next@{release}": named}
    elif target == "pnpm":
        data.update(packageManager="pnpm@9.1.0", pnpm={"patchedDependencies": {"next": named}})
    elif target == "pnpm-workspace":
        (root / "pnpm-lock.yaml").touch()
        (root / "pnpm-workspace.yaml").write_text(f"patchedDependencies:\n  next: {named}\n")
    else:
        (root / "yarn.lock").write_text(f'__metadata:\n  version: 8\n\n"next@npm:*":\n  version: {release}\n')
        data["resolutions"] = {"next@npm:*": f"patch:next@npm%3A{release}#~/{named}"}
    (root / "package.json").write_text(json.dumps(data))
    before = snapshot(tmp_path)

    result = export_all(Request(root), target.partition("-")[0])

    assert result.refused
    write_edits(result.edits)
    assert snapshot(tmp_path) == before


def test_a_resolution_to_something_else_is_not_replaced(tmp_path: Path) -> None:
    make_project(tmp_path)
    release = version(tmp_path)
    (tmp_path / "yarn.lock").write_text(f'__metadata:\n  version: 8\n\n"next@npm:*":\n  version: {release}\n')
    (tmp_path / "package.json").write_text(json.dumps({"resolutions": {"next@npm:*": f"npm:{release}"}}))

    result = export_all(Request(tmp_path), "yarn")

    assert "is resolved to" in str(result.refused[0])
    assert result.edits == ()


def test_a_persons_change_elsewhere_in_the_same_file_stays_in_its_own_section(tmp_path: Path) -> None:
    from patcher.text.unified import unified

    make_project(tmp_path)
    path = "dist/server/next.js"
    file = tmp_path / "node_modules" / "next" / path
    published = file.read_bytes()
    changed = published + b"// theirs\n"
    theirs = b"Why we do so.\n\n" + unified(published, changed, path)
    (tmp_path / "own.patch").write_bytes(theirs)
    data = {"name": "app", "patchedDependencies": {f"next@{version(tmp_path)}": "own.patch"}}
    (tmp_path / "package.json").write_text(json.dumps(data))
    file.write_bytes(changed)

    export(tmp_path, "npm")

    both = (tmp_path / "own.patch").read_bytes()
    assert theirs in both
    assert undo_exports(tmp_path).edits
    write_edits(undo_exports(tmp_path).edits)
    assert (tmp_path / "own.patch").read_bytes() == theirs
    assert manifest(tmp_path) == data


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"node_modules/.modules.yaml": "packageManager: pnpm@9.15.4\n"}, "package.json"),
        ({"node_modules/.modules.yaml": '{"packageManager": "pnpm@10.1.0"}'}, "pnpm-workspace.yaml"),
        ({"pnpm-lock.yaml": "lockfileVersion: '6.0'\n"}, "package.json"),
        (
            {"package.json": '{"devEngines": {"packageManager": {"name": "pnpm", "version": "^9.0.0"}}}'},
            "package.json",
        ),
        (
            {
                "node_modules/.modules.yaml": "packageManager: pnpm@9.1.0\n",
                "pnpm-workspace.yaml": "packages: [a]\n",
            },
            "package.json",
        ),
    ],
)
def test_the_release_of_pnpm_is_found_where_it_left_word(
    tmp_path: Path, files: dict[str, str], where: str
) -> None:
    make_project(tmp_path)
    (tmp_path / "pnpm-lock.yaml").touch()
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    result = export(tmp_path, "pnpm")

    assert {edit.place for edit in result.edits if not edit.place.endswith(".patch")} == {where}
    assert not any("assumed" in step for step in result.steps)


def test_files_that_only_a_development_server_runs_are_left_out_unless_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project(tmp_path)
    record = replace(package_record("next"), development=r"dist/shared/")
    monkeypatch.setattr(patcher.catalogue.load, "package_record", lambda _: record)

    export(tmp_path, "npm")
    without = sections((tmp_path / f"patches/next@{version(tmp_path)}.patch").read_bytes())
    write_edits(export_all(Request(tmp_path), "npm", all_files=True).edits)
    all_of_them = sections((tmp_path / f"patches/next@{version(tmp_path)}.patch").read_bytes())

    assert without
    assert set(all_of_them) > set(without)
    assert not any(name.startswith("dist/shared/") for name in without)
    for path, part in without.items():
        file = tmp_path / "node_modules/next" / path
        file.write_bytes(patched(part, file.read_bytes()) or b"")
    assert not check_applied(Request(tmp_path)).wrong
