"""The app of the experiment, made anew in a folder: tracer, custom server, four pages."""

import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from patcher.disk.write import write_file
from patcher.prove.spec import Spec, dependencies, parsed

ENTRY = "server.mjs"
APP_ROUTER = "app"
TRACERS, EVERYTHING = "tracers", "everything"
PROXY, MIDDLEWARE = "proxy.js", "middleware.js"
FIRST_NEXT_WITH_PROXY = (16, 0, 0)  # the new name of middleware, which then runs in Node.js


def make_app(folder: Path, spec: Spec) -> None:
    """Write the app for `spec` into `folder`, which must exist: its sources and its package.json.

    Args:
        folder: an empty folder.
        spec: the experiment, its tracer named in full.

    Raises:
        NextfixError: FILES when the folder cannot be written.
    """
    template = files("patcher.prove") / "app_files"
    for item in template.iterdir():
        if item.name not in {TRACERS, EVERYTHING} and (item.name != APP_ROUTER or spec.app_router):
            _copy(item, folder / item.name)
    is_old = parsed(spec.next) < FIRST_NEXT_WITH_PROXY
    if spec.everything:
        for item in (template / EVERYTHING).iterdir():
            _copy(item, folder / (MIDDLEWARE if item.name == PROXY and is_old else item.name))
    tracer = template / TRACERS / f"{spec.tracer.partition('@')[0]}.mjs"
    write_file(folder / "tracer.mjs", tracer.read_bytes())
    package = {"name": "prove", "version": "1.0.0", "private": True, "dependencies": dependencies(spec)}
    write_file(folder / "package.json", json.dumps(package, indent=2).encode() + b"\n")


def _copy(source: Traversable, target: Path) -> None:
    if source.is_dir():
        target.mkdir(exist_ok=True)
        for item in source.iterdir():
            _copy(item, target / item.name)
    else:
        write_file(target, source.read_bytes())
