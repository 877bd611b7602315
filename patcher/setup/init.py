"""init: nextfix in the scripts of package.json, in CI and in pre-commit; and all of that taken out again."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import patcher
from patcher.catalogue.load import package_record, packages
from patcher.errors import ExitCode, NextfixError
from patcher.export.change import Edit
from patcher.export.project_file import edited, read_if_there
from patcher.export.scripts import APPLY, VERIFY, is_wired, unwire_scripts, wire_scripts
from patcher.npm.manager import Chosen, Manager, manager_of
from patcher.npm.manifest import Manifest, read_manifest
from patcher.npm.workspaces import project_folders, workspace_root
from patcher.setup.ci import is_own_workflow, with_hook, without_hook, workflow
from patcher.text.paths import shown

RUNNERS = ("uvx", "pipx", "nextfix")
_WORKFLOW = Path(".github") / "workflows" / "nextfix.yml"
_PRE_COMMIT = Path(".pre-commit-config.yaml")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for: the runner by name (None: what is installed), and which extras."""

    root: Path
    runner: str | None = None
    ci: bool = False
    pre_commit: bool = False


@dataclass(frozen=True, slots=True)
class Initialised:
    """What init would write and remove, what it chose with the reason, and what to know."""

    edits: tuple[Edit, ...]
    removed: tuple[Path, ...]
    chosen: tuple[str, ...]


def init_all(wish: Wish) -> Initialised:
    """Plan the wiring of the project at the root.

    Raises:
        NextfixError: NOTHING when there is no package.json, USAGE inside a workspace, REFUSED when a file
            cannot be edited.
    """
    root = _checked(wish.root)
    chosen = manager_of(root)
    name, why = _runner(wish.runner)
    runner = command_of(name)
    edits = [edit for folder in project_folders(root) for edit in _wired(folder, root, chosen, runner)]
    if wish.ci:
        path = root / _WORKFLOW
        data = workflow(chosen, name, runner, patcher.__version__)
        edits.append(_own_workflow(path, data))
    if wish.pre_commit:
        edits.append(
            edited(
                root / _PRE_COMMIT,
                lambda source: with_hook(source.decode("utf-8"), runner).encode("utf-8"),
                empty=b"",
            )
        )
    said = [
        f"package manager: {chosen.command} ({chosen.why})",
        f"runner: {runner} ({why})",
        *_workspace(root),
    ]
    if chosen.manager is Manager.YARN:
        said.append(
            "start and build check first in their own scripts: this yarn runs no prestart and prebuild"
        )
    return Initialised(tuple(edit for edit in edits if edit.changes), (), tuple(said))


def undo_all(root: Path) -> Initialised:
    """Plan taking out what `init_all` put in.

    Raises:
        NextfixError: NOTHING when there is no package.json, REFUSED when a file cannot be edited.
    """
    root = _checked(root)
    edits: list[Edit] = []
    removed: list[Path] = []
    said: list[str] = []
    for folder in project_folders(root):
        manifest = read_manifest(folder)
        if manifest is not None and is_wired(manifest.data):
            data = manifest.data
            edits.append(edited(manifest.path, lambda source, data=data: unwire_scripts(source, data)))  # type: ignore[misc]
    made = read_if_there(root / _WORKFLOW)
    if made is not None and is_own_workflow(made):
        removed.append(root / _WORKFLOW)
    elif made is not None:
        said.append(f"{_WORKFLOW.as_posix()} was changed since nextfix wrote it: it stays")
    hooks = read_if_there(root / _PRE_COMMIT)
    if hooks is not None:
        rest = without_hook(hooks.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        if rest:
            edits.append(Edit(root / _PRE_COMMIT, hooks, rest))
        elif hooks:
            removed.append(root / _PRE_COMMIT)
    return Initialised(tuple(edit for edit in edits if edit.changes), tuple(removed), tuple(said))


def command_of(runner: str) -> str:
    """How a script calls this version of nextfix through `runner`."""
    version = patcher.__version__
    return {"uvx": f"uvx nextfix@{version}", "pipx": f"pipx run --spec nextfix=={version} nextfix"}.get(
        runner, "nextfix"
    )


def _checked(root: Path) -> Path:
    root = root.resolve()
    if read_manifest(root) is None:
        raise NextfixError(
            ExitCode.NOTHING, "no package.json here", path=shown(root), hint="name the folder of a project"
        )
    home = workspace_root(root)
    if home != root:
        raise NextfixError(
            ExitCode.USAGE,
            f"a package of the workspace {shown(home)}, where installs happen",
            path=shown(root),
            hint=f"run 'nextfix init {shown(home)}'",
        )
    return root


def _runner(wanted: str | None) -> tuple[str, str]:
    """The runner and why it was chosen."""
    if wanted is not None:
        if wanted not in RUNNERS:
            raise NextfixError(
                ExitCode.USAGE, f"no runner {wanted!r}", hint=f"the runners are {', '.join(RUNNERS)}"
            )
        return wanted, "as asked"
    for name in ("uvx", "pipx"):
        if shutil.which(name):
            return name, f"{name} is installed; it must be wherever the project is installed"
    return "nextfix", "neither uvx nor pipx is installed: 'pip install nextfix' must come before an install"


def _workspace(root: Path) -> Iterator[str]:
    members = [folder for folder in project_folders(root) if folder != root and ".next" not in folder.parts]
    if members:
        using = [folder.name for folder in members if _uses_server(read_manifest(folder))]
        yield f"workspace: {len(members)} packages, {' or '.join(_servers())} in {', '.join(using) or 'none of them'}"


def _servers() -> list[str]:
    """The packages of rules that are servers with a build and a start of their own."""
    return [name for name in packages() if package_record(name).serves]


def _uses_server(manifest: Manifest | None) -> bool:
    fields = ("dependencies", "devDependencies", "peerDependencies")
    data = manifest.data if manifest else {}
    named = {name for field in fields if isinstance(data.get(field), dict) for name in data[field]}
    return not named.isdisjoint(_servers())


def _wired(folder: Path, root: Path, chosen: Chosen, runner: str) -> Iterator[Edit]:
    """The package.json of one package: apply in the root's postinstall, checks before a server's build and start."""
    manifest = read_manifest(folder)
    if manifest is None or ".next" in folder.relative_to(root).parts:
        return
    names = {"postinstall": APPLY} if folder == root else {}
    if _uses_server(manifest):
        scripts = manifest.data.get("scripts")
        for name in ("build", "start"):
            if isinstance(scripts, dict) and name in scripts:
                names[name if chosen.manager is Manager.YARN else f"pre{name}"] = VERIFY
    if names:
        yield edited(manifest.path, lambda source: wire_scripts(source, manifest.data, runner, names))


def _own_workflow(path: Path, data: bytes) -> Edit:
    old = read_if_there(path)
    if old is not None and not is_own_workflow(old):
        raise NextfixError(
            ExitCode.REFUSED, "is not as nextfix wrote it", path=path, hint="remove it, or leave out --ci"
        )
    return Edit(path, old, data)
