"""Folders with the app: installed and built once, then one copy for each phase."""

import os
import shutil
import stat
from functools import partial
from pathlib import Path

from patcher.disk.presence import is_a_folder, is_regular
from patcher.errors import ExitCode, NextfixError
from patcher.prove.app import make_app
from patcher.prove.node import Node, npm_install
from patcher.prove.server import environment
from patcher.prove.spec import Spec, node_options
from patcher.prove.stage import Stage

PACKAGES = "node_modules"
_WRITTEN = {".cache", ".prisma", ".vite"}  # folders among the packages that programs write to in place
_FICLONE = 0x40049409  # Linux: uapi/linux/fs.h
NEXT_PROGRAM = "node_modules/next/dist/bin/next"


def built_app(stage: Stage, spec: Spec, node: Node, folder: Path) -> None:
    """Make, install and build the app in `folder`.

    Args:
        stage: runs npm and the build.
        spec: the experiment, its tracer named in full.
        node: builds the app.
        folder: a folder that does not exist yet.

    Raises:
        NextfixError: FILES when the install or the build fails.
    """
    folder.mkdir(parents=True)
    make_app(folder, spec)
    npm_install(stage, folder, [])
    build(stage, spec, node, folder)


def build(stage: Stage, spec: Spec, node: Node, folder: Path) -> None:
    """`next build` in `folder`.

    Raises:
        NextfixError: FILES when it fails.
    """
    variables = environment(stage) | {"NODE_OPTIONS": node_options(spec.next, node.major)}
    stage.run([str(node.program), NEXT_PROGRAM, "build"], folder, variables, "next build")


def linked_copy(source: Path, target: Path) -> None:
    """A copy of an app of ours whose files are hard links where the file system allows it.

    Only for folders that this package made: what runs in the copy must replace files, not write into
    them. `nextfix apply` replaces them, as package managers' stores need it.
    """
    shutil.copytree(source, target, symlinks=True, copy_function=_link)


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def full_copy(source: Path, target: Path, beside: Path | None = None) -> None:
    """A copy of someone's folder that shares nothing with it: every file's bytes are copied, or shared by the
    file system until one is written to (a reference link).

    The files of packages come from `beside`, a copy that was made before, by hard links: what runs there
    replaces them. So however many copies there are, the packages are copied once. A folder of `source` in
    which `target` is being made is left out. Symbolic links stay links. One that leaves `source` would let a
    change reach files outside, so it is refused.

    Raises:
        NextfixError: REFUSED for a link that leaves `source`, NOTHING when `source` is not a folder.
    """
    source = source.resolve()
    if not is_a_folder(source):
        raise NextfixError(ExitCode.NOTHING, "no such folder", path=source)
    target = target.resolve()
    for parent, folders, names in os.walk(source):
        folders[:] = [name for name in folders if not target.is_relative_to(Path(parent) / name)]
        for name in (*folders, *names):
            _check_link(source, Path(parent) / name)
    try:
        shutil.copytree(
            source,
            target,
            symlinks=True,
            ignore=lambda folder, names: [
                name for name in names if target.is_relative_to(Path(folder) / name)
            ],
            copy_function=partial(_copied, source, beside),
        )
    except shutil.Error as error:
        first = error.args[0][0]
        raise NextfixError(ExitCode.FILES, f"cannot be copied: {first[2]}", path=first[0]) from error


def _copied(root: Path, beside: Path | None, source: str, target: str) -> str:
    """Copy a file: by a hard link to a copy of a package's, else by a reference link, else byte for byte."""
    within = Path(source).relative_to(root)
    kept = PACKAGES in within.parts and not _WRITTEN & set(within.parts)
    if beside is not None and kept and is_regular(beside / within):
        return _link(str(beside / within), target)
    if not _reflink(source, target):
        shutil.copy2(source, target)
    return target


def _reflink(source: str, target: str) -> bool:
    """Whether the file system made `target` share the bytes of `source` (btrfs, XFS, APFS has no such call)."""
    try:
        import fcntl
    except ImportError:
        return False
    if not stat.S_ISREG(os.stat(source).st_mode):
        return False
    with open(source, "rb") as old, open(target, "xb") as new:
        try:
            fcntl.ioctl(new, _FICLONE, old.fileno())
        except OSError:
            os.unlink(target)
            return False
    shutil.copystat(source, target)
    return True


def _check_link(root: Path, path: Path) -> None:
    if not path.is_symlink():
        return
    absolute = os.path.isabs(os.readlink(path))
    if absolute or not path.resolve().is_relative_to(root):
        raise NextfixError(
            ExitCode.REFUSED,
            "a symbolic link that leaves the app's folder",
            path=path,
            hint="run nextfix prove app in the folder that has what it links to, and change the folder in --start",
        )
