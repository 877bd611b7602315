"""init: nextfix in the scripts of package.json, in CI and in pre-commit; and all of that taken out again."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from patcher.catalogue.load import package_record, packages
from patcher.disk.outside import read_outside
from patcher.errors import ExitCode, NextfixError
from patcher.export.change import ProjectEdit
from patcher.export.project_files import MANIFEST, ProjectFiles, place_of
from patcher.export.scripts import APPLY, VERIFY, is_wired, unwire_scripts, wire_scripts
from patcher.npm.manager import Chosen, Manager, manager_of
from patcher.npm.manifest import read_manifest
from patcher.npm.workspaces import project_folders, workspace_root
from patcher.scan.source_files import own_files
from patcher.setup.ci import is_own_workflow, with_hook, without_hook, workflow
from patcher.setup.root_wiring import holds_root, unwire_root, wire_root
from patcher.setup.runner import Origin, choose_runner
from patcher.text.paths import shown, within

_WORKFLOW = ".github/workflows/nextfix.yml"
_PRE_COMMIT = ".pre-commit-config.yaml"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for.

    Attributes:
        root: the project.
        runner: what runs nextfix, by name; None for what is installed.
        ci, pre_commit: whether to add these extras.
        make_root: the file that is to make the root of style `detached`, `auto` to choose one; None for none.
        origin: where nextfix was installed from; None to look.
    """

    root: Path
    runner: str | None = None
    ci: bool = False
    pre_commit: bool = False
    make_root: str | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Initialised:
    """What init would write and remove, and what it chose, with the reason."""

    edits: tuple[ProjectEdit, ...]
    chosen: tuple[str, ...]


def init_all(wish: Wish) -> Initialised:
    """Plan the wiring of the project at the root.

    Raises:
        NextfixError: NOTHING when there is no package.json, USAGE inside a workspace, REFUSED when a file
            cannot be edited or nothing can be written that would be found again.
    """
    root = _checked(wish.root)
    files = ProjectFiles(root)
    chosen = manager_of(root)
    runner = choose_runner(wish.runner, wish.origin)
    homes = _homes(root)
    for home in homes:
        _wire(home, files, chosen, runner.command)
    if wish.ci:
        old = files.read(_WORKFLOW)
        if old is not None and not is_own_workflow(old):
            raise NextfixError(
                ExitCode.REFUSED,
                "is not as nextfix wrote it",
                path=root / _WORKFLOW,
                hint="remove it, or leave out --ci",
            )
        files.write(_WORKFLOW, workflow(chosen, runner))
    if wish.pre_commit:
        files.change(
            _PRE_COMMIT,
            lambda source: with_hook(source.decode("utf-8"), runner.command).encode("utf-8"),
            empty=b"",
        )
    chosen_lines = [
        f"package manager: {chosen.command} ({chosen.why})",
        f"runner: {runner.command} ({runner.why})",
        *_workspace(homes, files),
    ]
    if wish.make_root is not None:
        chosen_lines.append(wire_root(files, wish.make_root))
    if _ignores_pre_scripts(chosen):
        chosen_lines.append(
            f"start and build check first in their own scripts: {chosen.command} runs no prestart and prebuild here"
        )
    return Initialised(files.edits, tuple(chosen_lines))


def undo_all(root: Path) -> Initialised:
    """Plan taking out what `init_all` put in.

    Raises:
        NextfixError: NOTHING when there is no package.json, REFUSED when a file cannot be edited.
    """
    root = _checked(root)
    files = ProjectFiles(root)
    notes: list[str] = []
    for home in _homes(root):
        manifest = place_of(home, MANIFEST)
        if is_wired(files.data(manifest)):
            unwire_scripts(files, manifest)
    for path in own_files([root], []):
        if holds_root(read_outside(path)):
            unwire_root(files, within(Path(path).resolve(), root))
    made = files.read(_WORKFLOW)
    if made is not None and is_own_workflow(made):
        files.remove(_WORKFLOW)
    elif made is not None:
        notes.append(f"{_WORKFLOW} was changed since nextfix wrote it: it stays")
    hooks = files.read(_PRE_COMMIT)
    if hooks:
        rest = without_hook(hooks.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        if rest:
            files.write(_PRE_COMMIT, rest)
        else:
            files.remove(_PRE_COMMIT)
    return Initialised(files.edits, tuple(notes))


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


def _homes(root: Path) -> list[str]:
    """The folders of the project that have a package.json, relative to `root`, without those of builds."""
    return [
        "" if folder == root else within(folder, root)
        for folder in project_folders(root)
        if ".next" not in folder.relative_to(root).parts and read_manifest(folder) is not None
    ]


def _workspace(homes: list[str], files: ProjectFiles) -> Iterator[str]:
    members = [home for home in homes if home]
    if members:
        using = [home.rpartition("/")[2] for home in members if _uses_server(home, files)]
        servers = " or ".join(_servers())
        yield f"workspace: {len(members)} packages, {servers} in {', '.join(using) or 'none of them'}"


def _servers() -> list[str]:
    """The packages of rules that are servers with a build and a start of their own."""
    return [name for name in packages() if package_record(name).serves]


def _uses_server(home: str, files: ProjectFiles) -> bool:
    fields = ("dependencies", "devDependencies", "peerDependencies")
    data = files.data(place_of(home, MANIFEST))
    named = {name for field in fields if isinstance(data.get(field), dict) for name in data[field]}
    return not named.isdisjoint(_servers())


def _wire(home: str, files: ProjectFiles, chosen: Chosen, runner: str) -> None:
    """Wire one package.json: apply after an install at the root, checks before a server's build and start."""
    manifest = place_of(home, MANIFEST)
    names = {} if home else {"postinstall": APPLY}
    if _uses_server(home, files):
        scripts = files.data(manifest).get("scripts")
        for name in ("build", "start"):
            if isinstance(scripts, dict) and name in scripts:
                names[name if _ignores_pre_scripts(chosen) else f"pre{name}"] = VERIFY
    wire_scripts(files, manifest, runner, names)


def _ignores_pre_scripts(chosen: Chosen) -> bool:
    """Whether the manager runs no `prebuild` before `build`: yarn 2 and later, and pnpm before 9 unless asked."""
    return chosen.manager is Manager.YARN or (chosen.manager is Manager.PNPM and 0 < chosen.major < 9)
