"""An export of a tree, and what it wrote."""

import json
from pathlib import Path

from patcher.copies.export_patches import Exported, export_all
from patcher.copies.request import Request
from patcher.export.patch_parts import sections_of
from patcher.export.project_edits import write_edits


def export(root: Path, target: str, **request: object) -> Exported:
    result = export_all(Request(root, **request), target)  # type: ignore[arg-type]
    write_edits(result.edits)
    return result


def sections(patch: bytes) -> dict[str, bytes]:
    """The text of each section of a patch by the one file that it changes."""
    return {name: section.text for section in sections_of(patch) for name in section.names}


def manifest(root: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((root / "package.json").read_text())
    return found


def version(root: Path) -> str:
    found: str = json.loads((root / "node_modules/next/package.json").read_text())["version"]
    return found
