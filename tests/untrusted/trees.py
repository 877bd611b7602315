"""What several of these tests need: all bytes of a tree, and what a command says of it."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from patcher.copies.apply import apply_all
from patcher.copies.request import Request
from patcher.copies.revert import revert_all
from patcher.errors import NextfixError

Nextfix = Callable[..., subprocess.CompletedProcess[bytes]]


def everything(root: Path) -> dict[str, bytes]:
    """Every file below `root`, links and pipes left out."""
    found = (path for path in root.rglob("*") if not path.is_symlink() and path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def outcome(command: str, root: Path) -> NextfixError | None:
    """Why `apply` or `revert` fails for the one copy below `root`; None when it does not."""
    if command == "apply":
        return next(apply_all(Request(root, style="single-flight"), dry_run=False)[0]).error
    return next(revert_all(root)[0]).error
