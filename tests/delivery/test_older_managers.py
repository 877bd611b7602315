"""Package managers that are a release behind, or take no patches: what is exported for them is what they install."""

import json
from pathlib import Path

import pytest

from tests.delivery.tools import OLDER
from tests.delivery.trees import INSTALL, executed, nextfix, run, workspace

_TOOLS = {**OLDER, "patch-package": "8.0.1"}


@pytest.mark.parametrize("named", [True, False])
def test_pnpm_9_installs_what_was_exported_with_and_without_its_name_in_the_manifest(
    tmp_path: Path, applied: dict[str, str], named: bool
) -> None:
    root = workspace(tmp_path, **({"packageManager": f"pnpm@{OLDER['pnpm']}"} if named else {}))
    (root / "pnpm-workspace.yaml").write_text("packages:\n  - apps/*\n")
    run(INSTALL["pnpm"], root, tools=_TOOLS)

    nextfix("export", "--write", folder=root, tools=_TOOLS)

    assert (root / "pnpm-workspace.yaml").read_text() == "packages:\n  - apps/*\n"
    assert len(json.loads((root / "package.json").read_text())["pnpm"]["patchedDependencies"]) == 2
    run(INSTALL["pnpm"], root, tools=_TOOLS)
    assert executed(root, "pnpm") == applied
    nextfix("status", "--applied", folder=root, tools=_TOOLS)
    nextfix("export", "--undo", "--write", folder=root, tools=_TOOLS)
    run(INSTALL["pnpm"], root, tools=_TOOLS)
    assert not set(executed(root, "pnpm").values()) & set(applied.values())


@pytest.mark.parametrize("manager", ["npm", "yarn"])
def test_a_manager_that_reads_no_patches_is_refused_and_the_way_that_it_can_is_named(
    tmp_path: Path, applied: dict[str, str], manager: str
) -> None:
    root = workspace(tmp_path)
    install = {
        "npm": ["npm", "install", "--omit=optional"],
        "yarn": ["yarn", "install", "--ignore-optional"],
    }[manager]
    run(install, root, tools=_TOOLS)

    assert "patch-package" in nextfix("export", "--to", manager, folder=root, code=2, tools=_TOOLS)
    said = nextfix("export", "--write", folder=root, tools=_TOOLS)
    assert "target: patch-package" in said

    run(install, root, tools=_TOOLS)
    if manager == "yarn":  # it runs no postinstall when it has nothing to install
        run([*install, "--force"], root, tools=_TOOLS)
    assert executed(root, manager if manager == "npm" else "npm") == applied
    nextfix("status", "--applied", folder=root, tools=_TOOLS)
