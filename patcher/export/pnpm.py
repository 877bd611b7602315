"""pnpm: `patchedDependencies` in pnpm-workspace.yaml, or in package.json under `pnpm` before pnpm 10."""

from collections.abc import Sequence

from patcher.errors import ExitCode
from patcher.export.change import Destination, Patch
from patcher.export.patched_dependencies import FIELD, patch_in_use, unwired, wired
from patcher.export.project_files import MANIFEST, ProjectFiles
from patcher.npm.manager import Chosen, Manager, manager_of
from patcher.text.formats import parse_yaml
from patcher.text.yaml_text import with_entries, without_entry

_WORKSPACE = "pnpm-workspace.yaml"
_STEP = "run 'pnpm install' once: it records the patch in pnpm-lock.yaml"


def existing(destination: Destination, files: ProjectFiles) -> str | None:
    """The patch that pnpm-workspace.yaml or package.json names for the release."""
    return patch_in_use(destination, _entries(files), files)


def wire(patches: Sequence[Patch], files: ProjectFiles) -> tuple[str, ...]:
    """Add the patches under patches/ and their entries where this project's pnpm reads them: what is left to do."""
    chosen = manager_of(files.root)
    named = wired(patches, _entries(files), files)
    if _in_manifest(files, chosen):
        files.set_values(MANIFEST, {("pnpm", FIELD, release): path for release, path in named.items()})
    else:
        files.change(_WORKSPACE, lambda source: with_entries(source, FIELD, named), empty=b"")
    return (_STEP, *_doubt(chosen))


def unwire(files: ProjectFiles) -> None:
    """Take nextfix's part out of the patches, and the entries of patches that were nothing else."""
    for key in unwired(_of_manifest(files), files):
        files.drop_value(MANIFEST, ("pnpm", FIELD, key))
    for key in unwired(_of_workspace(files), files):
        files.change(_WORKSPACE, lambda source, key=key: without_entry(source, FIELD, key))  # type: ignore[misc]
    if files.read(_WORKSPACE) == b"":
        files.remove(_WORKSPACE)


def _doubt(chosen: Chosen) -> tuple[str, ...]:
    if chosen.manager is not Manager.PNPM or chosen.major:
        return ()
    return (
        'nothing names the release of pnpm, so 10 or newer was assumed: for pnpm 9 write "packageManager": '
        '"pnpm@9.X.Y" into package.json and export again',
    )


def _in_manifest(files: ProjectFiles, chosen: Chosen) -> bool:
    """Whether this project's pnpm reads its settings from package.json: it is older than 10, or has patches there."""
    if chosen.manager is Manager.PNPM and 0 < chosen.major < 10:
        return True
    return isinstance(_of_manifest(files), dict) and not isinstance(_of_workspace(files), dict)


def _entries(files: ProjectFiles) -> object:
    return _of_manifest(files) if _in_manifest(files, manager_of(files.root)) else _of_workspace(files)


def _of_manifest(files: ProjectFiles) -> object:
    settings = files.data(MANIFEST).get("pnpm")
    return settings.get(FIELD) if isinstance(settings, dict) else None


def _of_workspace(files: ProjectFiles) -> object:
    source = files.read(_WORKSPACE)
    if source is None:
        return None
    path = files.root / _WORKSPACE
    data = parse_yaml(source, path, code=ExitCode.REFUSED, hint="correct it first")
    return data.get(FIELD) if isinstance(data, dict) else None
