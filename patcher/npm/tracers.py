"""The tracers of a project: what keeps a store for each request, and how it attaches it to promises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from patcher.disk.presence import is_regular
from patcher.errors import NextfixError
from patcher.npm.manifest import Manifest, read_manifest
from patcher.retention.table import BASE

# Packages that keep a store for each request, each with the tracer of the measured table that it is like.
_TRACERS = {
    "dd-trace": "dd-trace-6",
    "@opentelemetry/sdk-node": "opentelemetry",
    "@opentelemetry/sdk-trace-node": "opentelemetry",
    "@opentelemetry/context-async-hooks": "opentelemetry",
    "@sentry/node": "sentry",
    "newrelic": BASE,
    "elastic-apm-node": BASE,
    "nestjs-cls": BASE,
    "cls-hooked": "cls-hooked",
}


# Releases of dd-trace that have this file tie stores to promises with async_hooks of their own, on every Node.
_OWN_STORAGE = "packages/datadog-core/src/storage/async_resource.js"
_WITH_OWN_STORAGE = "dd-trace-5.20"
# The last releases that are known to do so, by major line; what is only declared is compared with them.
_LAST_WITH_OWN = {4: (4, 43), 5: (5, 20)}


@dataclass(frozen=True, slots=True)
class Tracer:
    """A tracer of a project.

    Attributes:
        name: its package.
        version: the installed release; empty when it is only declared.
        row: the tracer of the measured table that it is like.
    """

    name: str
    version: str
    row: str = BASE

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


def find_tracers(project: Path) -> tuple[Tracer, ...]:
    """The tracers that a package of `project` would load or that its package.json declares."""
    return tuple(_found(project.resolve()))


def _found(project: Path) -> Iterator[Tracer]:
    declared = _declared(_read(project))
    for name, row in _TRACERS.items():
        for folder in (project, *project.parents):
            manifest = _read(folder / "node_modules" / name)
            if manifest is not None:
                own = is_regular(manifest.path.parent / _OWN_STORAGE)
                yield Tracer(name, manifest.version, _WITH_OWN_STORAGE if own else row)
                break
        else:
            if name in declared:
                old = name == "dd-trace" and _admits_own_storage_only(declared[name])
                yield Tracer(name, "", _WITH_OWN_STORAGE if old else row)


def _declared(manifest: Manifest | None) -> dict[str, str]:
    """The packages that a project declares, with the ranges."""
    if manifest is None:
        return {}
    kinds = ("peerDependencies", "optionalDependencies", "devDependencies", "dependencies")
    tables = (manifest.data.get(kind) for kind in kinds)
    return {
        name: str(range_) for table in tables if isinstance(table, dict) for name, range_ in table.items()
    }


def _admits_own_storage_only(versions: str) -> bool:
    """Whether a declared range of dd-trace means a release with storage of its own: a caret admits the newest."""
    exact = re.fullmatch(r"[~^]?(\d+)\.(\d+)[\d.]*", versions.strip())
    if exact is None:
        return False
    major, minor = int(exact[1]), int(exact[2])
    newest = versions.strip().startswith("^")
    return major < 4 or (not newest and (major, minor) <= _LAST_WITH_OWN.get(major, (0, 0)))


def _read(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except (NextfixError, OSError):
        return None
