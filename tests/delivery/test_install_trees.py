"""apply in place, on the trees that package managers make: nothing shared is written through."""

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.delivery.trees import INSTALL, executed, nextfix, run, workspace

LAYOUTS = {
    "npm": ("npm", {}),
    "npm-nested": ("npm", {".npmrc": "install-strategy=nested\n"}),
    "pnpm-isolated": ("pnpm", {"pnpm-workspace.yaml": "packages: [apps/*]\npackageImportMethod: hardlink\n"}),
    "pnpm-hoisted": (
        "pnpm",
        {"pnpm-workspace.yaml": "packages: [apps/*]\nnodeLinker: hoisted\npackageImportMethod: hardlink\n"},
    ),
    "yarn-node-modules": (
        "yarn",
        {"yarn.lock": "", ".yarnrc.yml": "nodeLinker: node-modules\nnmMode: hardlinks-global\n"},
    ),
    "yarn-pnpm-linker": ("yarn", {"yarn.lock": "", ".yarnrc.yml": "nodeLinker: pnpm\n"}),
    "bun-hoisted": ("bun", {"bunfig.toml": '[install]\nlinker = "hoisted"\nbackend = "hardlink"\n'}),
    "bun-isolated": ("bun", {"bunfig.toml": '[install]\nlinker = "isolated"\nbackend = "hardlink"\n'}),
}
SHARED = set(LAYOUTS) - {"npm", "npm-nested"}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_copy_is_rewritten_and_what_is_shared_keeps_its_bytes(
    tmp_path: Path, applied: dict[str, str], layout: str
) -> None:
    manager, files = LAYOUTS[layout]
    root = workspace(tmp_path / "tree")
    for name, text in files.items():
        (root / name).write_text(text)
    # pnpm calls its own lockfile broken when it hoists without optional packages
    run([part for part in INSTALL[manager] if layout != "pnpm-hoisted" or part != "--no-optional"], root)
    fresh = executed(root, manager)
    copies = json.loads(nextfix("status", "--json", folder=root, code=1).partition("\n\n")[0])["copies"]
    assert {copy["version"] for copy in copies} == {"13.2.4", "14.2.3"}
    links = {}
    for number, copy in enumerate(copies):
        file = root / copy["path"] / "dist/server/next.js"
        assert (os.stat(file).st_nlink > 1) == (layout in SHARED)
        os.link(file, tmp_path / f"other-{number}")  # what the store's own name for the file sees
        links[tmp_path / f"other-{number}"] = (sha256(file), os.stat(file).st_mode)

    nextfix("apply", folder=root)

    assert executed(root, manager) == applied
    assert {other: (sha256(other), os.stat(other).st_mode) for other in links} == links
    for copy in copies:
        assert os.stat(root / copy["path"] / "dist/server/next.js").st_nlink == 1
    assert re.fullmatch(
        r"nothing to do: \d+ cop(?:y has its|ies have their) rewrites", nextfix("apply", folder=root).strip()
    )
    nextfix("status", "--applied", folder=root)
    nextfix("revert", folder=root)
    assert executed(root, manager) == fresh


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may change owners")
def test_an_image_build_as_root_keeps_owner_and_mode(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    shutil.rmtree(root / "apps" / "new")
    run(INSTALL["npm"], root)
    file = root / "node_modules/next/dist/server/next.js"
    os.chown(file, 1234, 4321)
    file.chmod(0o440)
    before = sha256(file)

    nextfix("apply", folder=root)

    status = os.stat(file)
    assert sha256(file) != before
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (1234, 4321, 0o440)
