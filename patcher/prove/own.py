"""The experiment on the user's own server, in copies of its folder; the folder itself is only read."""

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from patcher.errors import ExitCode, NextfixError
from patcher.npm.manifest import read_manifest
from patcher.prove.counted import REQUESTS
from patcher.prove.events import Progress
from patcher.prove.experiment import JOB_STEPS, measure_all
from patcher.prove.measure import Job
from patcher.prove.node import Node, find_node
from patcher.prove.phases import ALL, ORIGINAL, apply_phase
from patcher.prove.result import Result
from patcher.prove.server import start_command
from patcher.prove.spec import TRAFFIC
from patcher.prove.stage import Stage
from patcher.prove.tree import full_copy

TOLD_PACKAGES = ("next", "react", "dd-trace", "@opentelemetry/api")


@dataclass(frozen=True)
class OwnApp:
    """The user's server.

    Args:
        folder: installed and built; it is copied, never changed.
        start: the shell command that starts it; it listens on `$PORT`, or `{port}` in the command.
        urls: what to ask for, each beginning with `/`.
        node: as in Spec.
        style: the style that `nextfix apply` writes.
        requests: requests to each url.
        traffic: a key of TRAFFIC.
    """

    folder: Path
    start: str
    urls: tuple[str, ...]
    node: str = ""
    style: str = "documented"
    requests: int = 20
    traffic: str = "keep-alive"


def check_own(own: OwnApp) -> None:
    """Refuse what cannot be run.

    Raises:
        NextfixError: USAGE for a url that does not begin with `/`, an unknown traffic or no start command.
    """
    if not own.start:
        raise NextfixError(ExitCode.USAGE, "--app needs --start", hint="such as --start 'npm start'")
    for url in own.urls:
        if not url.startswith("/"):
            raise NextfixError(ExitCode.USAGE, f"--url {url} does not begin with /")
    if own.traffic not in TRAFFIC:
        raise NextfixError(
            ExitCode.USAGE, f"no traffic {own.traffic!r}", hint=f"choose from {', '.join(TRAFFIC)}"
        )


def run_own(stage: Stage, own: OwnApp, progress: Progress) -> Result:
    """Copy, apply, start, measure: the original and all rules.

    Args:
        stage: its folder holds the copies.
        own: the user's server.
        progress: told each step.

    Raises:
        NextfixError: when a step fails; see the module of that step.
    """
    began = time.monotonic()
    phases = (ORIGINAL, ALL)
    progress.expect(len(phases) * (1 + JOB_STEPS))
    node = find_node(stage, own.node)
    jobs = []
    for phase in phases:
        progress.begin(f"{phase.name}: copy {own.folder.name}")
        tree = stage.folder / f"{phase.name.replace(' ', '-')}"
        full_copy(own.folder, tree)
        apply_phase(stage, phase, tree, own.style)
        start = partial(start_command, stage, node, tree, own.start)
        jobs.append(Job(phase.name, start, own.urls, own.requests, TRAFFIC[own.traffic], numbered=False))
    return Result(
        command=_command(own),
        subject=_subject(own, node),
        phases={phase.name: None if phase.rules is None else list(phase.rules) for phase in phases},
        measurements=measure_all(stage, jobs, progress),
        seconds=round(time.monotonic() - began, 1),
    )


def _command(own: OwnApp) -> str:
    from shlex import quote

    words = ["nextfix prove", f"--app {quote(own.folder.name)}", f"--start {quote(own.start)}"]
    words += [f"--url {quote(url)}" for url in own.urls]
    words += [f"--node {own.node}"] if own.node else []
    words += [f"--style {own.style}"] if own.style != "documented" else []
    words += [f"--requests {own.requests}"] if own.requests != 20 else []
    words += [f"--traffic {own.traffic}"] if own.traffic != "keep-alive" else []
    return " ".join(words)


def _subject(own: OwnApp, node: Node) -> dict[str, Any]:
    return {
        "app": own.folder.name,
        "start": own.start,
        "counted": REQUESTS.name,
        "node": node.version,
        "packages": _releases(own.folder),
        "style": own.style,
        "traffic": own.traffic,
        "requests": own.requests,
    }


def _releases(folder: Path) -> dict[str, str]:
    """The installed releases of the packages that matter here."""
    found = {}
    for name in TOLD_PACKAGES:
        try:
            manifest = read_manifest(folder / "node_modules" / name)
        except NextfixError:
            continue
        if manifest is not None:
            found[name] = manifest.version
    return found
