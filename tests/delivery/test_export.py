"""An export gives, by the real package manager, the very files that apply writes, and goes on giving them."""

import json
import shutil
from pathlib import Path

import pytest

from tests.delivery.trees import FROZEN, INSTALL, RELEASES, executed, nextfix, run, workspace


def prepared(root: Path, manager: str, linker: str = "") -> Path:
    """The workspace as `manager` wants it, installed once, unpatched."""
    workspace(root)
    if manager == "pnpm":
        (root / "pnpm-workspace.yaml").write_text("# ours\npackages:\n  - apps/*\n")
    if manager == "yarn":
        (root / "yarn.lock").touch()
        (root / ".yarnrc.yml").write_text(f"nodeLinker: {linker}\nenableGlobalCache: true\n")
    run(INSTALL[manager], root)
    return root


def without_packages(root: Path) -> None:
    """What a fresh checkout lacks."""
    for folder in (root, *(root / "apps" / name for name in RELEASES)):
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
    for file in (".pnp.cjs", ".pnp.loader.mjs", ".yarn/install-state.gz"):
        (root / file).unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("manager", "linker"), [("npm", ""), ("pnpm", ""), ("bun", ""), ("yarn", "pnp"), ("yarn", "node-modules")]
)
def test_the_manager_installs_what_apply_would_have_written(
    tmp_path: Path, applied: dict[str, str], manager: str, linker: str
) -> None:
    root = prepared(tmp_path, manager, linker)
    manifest = (root / "package.json").read_bytes()

    shown = nextfix("export", "--to", manager, folder=root, code=1)
    assert "--- a/pnpm-workspace.yaml" in shown if manager == "pnpm" else "--- a/package.json" in shown
    assert (root / "package.json").read_bytes() == manifest
    assert not list(root.glob("**/*nextfix*.patch"))
    assert not (root / "patches").exists()

    nextfix("export", "--to", manager, "--write", folder=root)
    run(INSTALL[manager], root)
    assert executed(root, manager) == applied

    run(INSTALL[manager], root)
    assert executed(root, manager) == applied
    nextfix("status", "--applied", folder=root)
    assert "nothing to export" in nextfix("export", folder=root)

    without_packages(root)
    run(FROZEN[manager], root)
    assert executed(root, manager) == applied


@pytest.mark.parametrize("manager", ["npm", "pnpm"])
def test_a_tree_that_was_rewritten_in_place_exports_the_same_and_takes_the_patch(
    tmp_path: Path, applied: dict[str, str], manager: str
) -> None:
    root = prepared(tmp_path, manager)
    nextfix("apply", folder=root)

    nextfix("export", "--to", manager, "--write", folder=root)
    run(INSTALL[manager], root)

    assert executed(root, manager) == applied
    nextfix("status", "--applied", folder=root)


def test_another_style_replaces_our_part_of_a_patch_and_keeps_the_rest(tmp_path: Path) -> None:
    root = prepared(tmp_path, "npm")
    nextfix("export", "--to", "npm", "--write", folder=root)
    patch = root / "patches" / f"next@{RELEASES['old']}.patch"
    theirs = (
        "diff --git a/license.md b/license.md\n--- a/license.md\n+++ b/license.md\n"
        "@@ -1,2 +1,3 @@\n The MIT License (MIT)\n+Ours\n \n"
    )
    patch.write_text(patch.read_text() + theirs)
    run(INSTALL["npm"], root)

    nextfix("export", "--style", "single-flight", "--write", folder=root)
    run(INSTALL["npm"], root)

    assert theirs in patch.read_text()
    assert "(single-flight)" in patch.read_text()
    nextfix("status", "--applied", folder=root)
    assert "nothing to export" in nextfix("export", folder=root)


def test_patch_package_patches_each_copy_at_postinstall_and_its_absence_is_noticed(
    tmp_path: Path, applied: dict[str, str]
) -> None:
    root = prepared(tmp_path, "npm")
    install = ["npm", "install", "--omit=optional"]

    nextfix("export", "--to", "patch-package", "--write", folder=root)
    run(install, root)
    assert executed(root, "npm") == applied
    run(install, root)
    assert executed(root, "npm") == applied
    assert "nothing to export" in nextfix("export", "--to", "patch-package", folder=root)

    run(["npm", "ci", "--omit=optional"], root)
    assert executed(root, "npm") == applied
    run(FROZEN["npm"], root)
    assert "is not rewritten" in nextfix("status", "--applied", folder=root, code=1)


def test_a_patch_for_another_manager_is_refused_with_the_right_one(tmp_path: Path) -> None:
    root = prepared(tmp_path, "npm")
    (root / "package-lock.json").rename(root / "pnpm-lock.yaml")

    assert "--to pnpm" in nextfix("export", "--to", "npm", folder=root, code=2)


def test_a_package_of_a_workspace_is_told_where_patches_are_wired(tmp_path: Path) -> None:
    root = workspace(tmp_path)

    said = nextfix("export", "--to", "npm", folder=root / "apps" / "old", code=2)

    assert "nextfix export ../.." in said


def test_the_manifest_keeps_its_layout(tmp_path: Path) -> None:
    root = prepared(tmp_path, "npm")
    before = (root / "package.json").read_text()

    nextfix("export", "--to", "npm", "--write", folder=root)

    after = (root / "package.json").read_text()
    assert after.startswith(before.rstrip("}\n"))
    assert list(json.loads(after))[:-1] == list(json.loads(before))
