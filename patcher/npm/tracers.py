"""The tracers of a project: what keeps a store for each request, and how it attaches it to promises."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from patcher.errors import NextfixError
from patcher.npm.manifest import Manifest, read_manifest

# Packages that keep a store for each request. All but early dd-trace do so with AsyncLocalStorage.
_TRACERS = (
    "dd-trace",
    "@opentelemetry/sdk-node",
    "@opentelemetry/sdk-trace-node",
    "@opentelemetry/context-async-hooks",
    "@sentry/node",
    "newrelic",
    "elastic-apm-node",
)


# Releases of dd-trace that have this file tie stores to promises with async_hooks of their own, on every Node.
_OWN_STORAGE = "packages/datadog-core/src/storage/async_resource.js"


@dataclass(frozen=True, slots=True)
class Tracer:
    """A tracer of a project.

    Attributes:
        name: its package.
        version: the installed release; empty when it is only declared.
        own_storage: whether it ties stores to promises with async_hooks of its own, whatever Node does.
    """

    name: str
    version: str
    own_storage: bool = False

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


def find_tracers(project: Path) -> tuple[Tracer, ...]:
    """The tracers that a package of `project` would load or that its package.json declares."""
    return tuple(_found(project.resolve()))


def _found(project: Path) -> Iterator[Tracer]:
    declared = _declared(_read(project))
    for name in _TRACERS:
        for folder in (project, *project.parents):
            manifest = _read(folder / "node_modules" / name)
            if manifest is not None:
                yield Tracer(name, manifest.version, (manifest.path.parent / _OWN_STORAGE).is_file())
                break
        else:
            if name in declared:
                yield Tracer(name, "")


def _declared(manifest: Manifest | None) -> set[str]:
    if manifest is None:
        return set()
    kinds = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
    tables = (manifest.data.get(kind) for kind in kinds)
    return {name for table in tables if isinstance(table, dict) for name in table}


def _read(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except (NextfixError, OSError):
        return None
