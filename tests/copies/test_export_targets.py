"""What an export takes out again: of itself, of another target, of patches that nothing names any more."""

from collections.abc import Callable
from pathlib import Path

import pytest

from patcher.copies.export_patches import choose_target, export_all, undo_exports
from patcher.copies.request import Request
from patcher.errors import ExitCode, NextfixError
from patcher.export.project_edits import write_edits
from patcher.text.unified import patched
from tests.copies.exports import export, manifest, sections, version
from tests.synthetic import make_project, snapshot

pytestmark = pytest.mark.usefixtures("npm")


LAYOUTS = {
    "npm": {"package-lock.json": "{}"},
    "patch-package": {"package-lock.json": "{}"},
    "pnpm": {"pnpm-lock.yaml": "", "pnpm-workspace.yaml": "# ours\npackages: [a] # why\n"},
    "bun": {"bun.lock": "{}"},
    "yarn": {"yarn.lock": '__metadata:\n  version: 8\n\n"next@npm:*":\n  version: VERSION\n'},
}


@pytest.mark.parametrize("target", LAYOUTS)
def test_undo_gives_back_every_byte(tmp_path: Path, target: str) -> None:
    make_project(tmp_path)
    for name, text in LAYOUTS[target].items():
        (tmp_path / name).write_text(text.replace("VERSION", version(tmp_path)))
    (tmp_path / "package.json").write_text(
        '{\n  "name": "app",\n  "scripts": {\n    "postinstall": "a || b"\n  }\n}\n'
    )
    before = snapshot(tmp_path)

    export(tmp_path, target)
    assert snapshot(tmp_path) != before
    write_edits(undo_exports(tmp_path).edits)

    assert snapshot(tmp_path) == before
    assert undo_exports(tmp_path).edits == ()


def test_another_target_takes_the_old_wiring_out(tmp_path: Path, npm: Callable[[str], None]) -> None:
    make_project(tmp_path)
    export(tmp_path, "npm")
    assert "patchedDependencies" in manifest(tmp_path)

    npm("11.19.1")
    assert choose_target(tmp_path)[0] == "patch-package"
    with pytest.raises(NextfixError, match="ignore patchedDependencies") as caught:
        export_all(Request(tmp_path), "npm")
    assert caught.value.code is ExitCode.USAGE
    assert "--to patch-package" in str(caught.value)
    export(tmp_path, "patch-package")

    assert "patchedDependencies" not in manifest(tmp_path)
    assert [path.name for path in (tmp_path / "patches").iterdir()] == [f"next+{version(tmp_path)}.patch"]
    npm("12.0.0")
    export(tmp_path, "npm")
    assert "scripts" not in manifest(tmp_path)
    assert "patch-package" not in str(manifest(tmp_path))
    assert [path.name for path in (tmp_path / "patches").iterdir()] == [f"next@{version(tmp_path)}.patch"]


def test_another_target_exports_from_a_tree_that_the_old_one_has_patched(
    tmp_path: Path, npm: Callable[[str], None]
) -> None:
    make_project(tmp_path)
    export(tmp_path, "npm", style="single-flight")
    parts = sections((tmp_path / f"patches/next@{version(tmp_path)}.patch").read_bytes())
    for path, part in parts.items():
        file = tmp_path / "node_modules/next" / path
        file.write_bytes(patched(part, file.read_bytes()) or b"")

    npm("10.0.0")
    export(tmp_path, "patch-package")

    text = (tmp_path / f"patches/next+{version(tmp_path)}.patch").read_text()
    assert "(single-flight)" in text
    assert {name.removeprefix("node_modules/next/") for name in sections(text.encode())} == set(parts)


@pytest.mark.parametrize("home", ["", "packages/web/"])
def test_a_patch_that_nothing_names_any_more_goes_with_the_next_export(tmp_path: Path, home: str) -> None:
    make_project(tmp_path)
    (tmp_path / "package.json").write_text(
        '{"name": "app", "packageManager": "npm@12.2.0", "workspaces": ["packages/*"], "dependencies": {"next": "*"}}'
    )
    (tmp_path / "packages/web").mkdir(parents=True)
    (tmp_path / "packages/web/package.json").write_text('{"name": "web"}')
    export(tmp_path, "npm")
    [patch] = (tmp_path / "patches").glob("*.patch")
    orphan = tmp_path / home / "patches" / "next@1.0.0.patch"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(patch.read_bytes())
    theirs = orphan.with_name("theirs@1.0.0.patch")
    theirs.write_bytes(b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n")

    export(tmp_path, "npm")

    assert patch.is_file()
    assert not orphan.exists()
    assert theirs.is_file()
