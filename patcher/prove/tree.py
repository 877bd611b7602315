"""Folders with the app: installed and built once, then one copy for each phase."""

import os
import shutil
from pathlib import Path

from patcher.errors import ExitCode, NextfixError
from patcher.prove.app import make_app
from patcher.prove.node import Node, npm_install
from patcher.prove.server import environment
from patcher.prove.spec import Spec, node_options
from patcher.prove.stage import Stage

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


def full_copy(source: Path, target: Path) -> None:
    """A copy of someone's folder that shares nothing with it: every file's bytes are copied.

    Symbolic links stay links. One that leaves `source` would let a change reach files outside, so it is
    refused.

    Raises:
        NextfixError: REFUSED for a link that leaves `source`, NOTHING when `source` is no folder.
    """
    source = source.resolve()
    if not source.is_dir():
        raise NextfixError(ExitCode.NOTHING, "no such folder", path=source)
    for parent, folders, names in os.walk(source):
        for name in (*folders, *names):
            _check_link(source, Path(parent) / name)
    try:
        shutil.copytree(source, target, symlinks=True)
    except shutil.Error as error:
        first = error.args[0][0]
        raise NextfixError(ExitCode.FILES, f"cannot be copied: {first[2]}", path=first[0]) from error


def _check_link(root: Path, path: Path) -> None:
    if not path.is_symlink():
        return
    absolute = os.path.isabs(os.readlink(path))
    if absolute or not path.resolve().is_relative_to(root):
        raise NextfixError(
            ExitCode.REFUSED,
            "a symbolic link that leaves the app's folder",
            path=path,
            hint="give the workspace's root as --app and change the folder in --start",
        )
