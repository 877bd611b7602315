"""The experiment on the user's own server, in copies of its folder; the folder itself is only read."""

import os
import shutil
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from patcher.copies.revert import revert_all
from patcher.errors import ExitCode, NextfixError
from patcher.npm.manifest import read_manifest
from patcher.npm.workspaces import workspace_root
from patcher.prove.app_folders import full_copy
from patcher.prove.events import Progress
from patcher.prove.experiment import GROWTH_STEPS, JOB_STEPS, measure_all
from patcher.prove.measure import Job
from patcher.prove.node import Node, find_node, on_path
from patcher.prove.phases import Phase, apply_phase, needs_build, phases_of
from patcher.prove.quiet import quieten_files
from patcher.prove.result import ExperimentResult
from patcher.prove.server import environment, start_command
from patcher.prove.spec import TRAFFIC, check_further, check_node
from patcher.prove.spoken import spoken
from patcher.prove.stage import Stage

TOLD_PACKAGES = (
    "next",
    "react",
    "dd-trace",
    "@opentelemetry/api",
    "@opentelemetry/sdk-trace-base",
    "@sentry/node",
    "newrelic",
)


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
        growth: whether to ask three times as often in the end, and see which keeper keeps more.
        probe: whether to note where each promise, timer and handle of a request is made.
        also: further states of the packages to measure, of `spec.FURTHER_STATES`.
    """

    folder: Path
    start: str
    urls: tuple[str, ...]
    node: str = ""
    style: str = "documented"
    requests: int = 20
    traffic: str = "keep-alive"
    growth: bool = True
    probe: bool = False
    also: tuple[str, ...] = ()


def check_own(own: OwnApp) -> None:
    """Refuse what cannot be run.

    Raises:
        NextfixError: USAGE for a url that does not begin with `/`, an unknown traffic, state or release of Node.js, or
            no start command.
    """
    check_further(own.also)
    check_node(own.node)
    if not own.start:
        raise NextfixError(ExitCode.USAGE, "prove app needs --start", hint="such as --start 'npm start'")
    for url in own.urls:
        if not url.startswith("/") or not url.isascii() or not url.isprintable() or " " in url:
            raise NextfixError(
                ExitCode.USAGE,
                f"--url {url!r} is not a path as a client sends it",
                hint="begin with / and percent-encode what is not ASCII: /caf%C3%A9",
            )
    if own.traffic not in TRAFFIC:
        raise NextfixError(
            ExitCode.USAGE, f"no traffic {own.traffic!r}", hint=f"choose from {', '.join(TRAFFIC)}"
        )


def run_own(stage: Stage, own: OwnApp, progress: Progress) -> ExperimentResult:
    """Copy, apply, start, measure: the original, all rules, and what else is asked for.

    Args:
        stage: its folder holds the copies.
        own: the user's server.
        progress: called with each step.

    Raises:
        NextfixError: when a step fails; see the module of that step.
    """
    began = time.monotonic()
    phases = phases_of(quick=True, also=own.also)
    folder = own.folder.resolve()
    home = workspace_root(folder)  # its links lead to the other packages of its workspace
    progress.expect(len(phases) * (1 + JOB_STEPS + (GROWTH_STEPS if own.growth else 0)))
    node = find_node(stage, own.node)
    jobs, notes, first = [], [], None
    for phase in phases:
        progress.begin(f"{phase.name}: copy {folder.name}")
        # The app keeps its name: labels have the last two parts of a script's path, and are compared by phase.
        copy = stage.folder / phase.name.replace(" ", "-") / home.name
        copy.parent.mkdir()
        full_copy(home, copy, first)
        first = first or copy
        tree = copy / folder.relative_to(home)
        for place in {copy, tree}:
            quieten_files(place, stage.closed_port)
        notes += _brought(stage, phase, tree, own, node)
        start = partial(start_command, stage, node, tree, own.start, probe=own.probe)
        traffic = TRAFFIC[own.traffic]
        jobs.append(Job(phase.name, start, own.urls, own.requests, traffic, numbered=False, again=own.growth))
    return ExperimentResult(
        command=_command(own),
        subject=_subject(own, node) | ({"notes": list(dict.fromkeys(notes))} if notes else {}),
        phases={phase.name: None if phase.rules is None else list(phase.rules) for phase in phases},
        measurements=spoken(stage, first or home, measure_all(stage, jobs, progress)),
        seconds=round(time.monotonic() - began, 1),
    )


def _brought(stage: Stage, phase: Phase, tree: Path, own: OwnApp, node: Node) -> list[str]:
    """Bring a copy into a phase; returns what a reader of the result must know of it.

    An app that is rewritten already is reverted first: else there would be no original to compare with.
    """
    reverted = _reverted(tree)
    if phase.rules is None:
        return (
            [f"the app was rewritten already: reverted in the copy ({', '.join(reverted)})"]
            if reverted
            else []
        )
    said = apply_phase(stage, phase, tree, own.style, warn_only=True)
    refused = [line.removeprefix("nextfix: ") for line in said.splitlines() if line.startswith("nextfix: ")]
    notes = [f"not rewritten: {line.removeprefix('.: ')}" for line in refused]
    if needs_build(said):
        notes += _rebuilt(stage, tree, node)
    return notes


def _reverted(tree: Path) -> list[str]:
    """Put the original bytes back in a copy of the app; returns the packages that were rewritten.

    Raises:
        NextfixError: when a package cannot be reverted.
    """
    outcomes, _ = revert_all(tree)
    found = []
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
        if outcome.files:
            found.append(f"{outcome.copy.name} {outcome.copy.version}")
    return found


def _rebuilt(stage: Stage, tree: Path, node: Node) -> list[str]:
    """Build the app in `tree` anew, since a build has a copy of what was rewritten."""
    manifest = read_manifest(tree)
    scripts = manifest.data.get("scripts") if manifest is not None else None
    if not isinstance(scripts, dict) or "build" not in scripts:
        return ["its build has the code as it was: package.json has no script named build to make it anew"]
    shutil.rmtree(tree / ".next" / "cache", ignore_errors=True)
    paths = {"PATH": f"{node.program.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    stage.run([str(on_path("npm")), "run", "build"], tree, environment(stage) | paths, "npm run build")
    return ["built anew after apply: a build has a copy of what a rule rewrites"]


def _command(own: OwnApp) -> str:
    from shlex import quote

    words = ["nextfix prove app", quote(str(own.folder.resolve())), f"--start {quote(own.start)}"]
    words += [f"--url {quote(url)}" for url in own.urls]
    words += [f"--node {own.node}"] if own.node else []
    words += [f"--style {own.style}"] if own.style != "documented" else []
    words += [f"--requests {own.requests}"] if own.requests != 20 else []
    words += [f"--traffic {own.traffic}"] if own.traffic != "keep-alive" else []
    words += [f"--also {state}" for state in own.also]
    words += ["--probe"] if own.probe else []
    words += [] if own.growth else ["--no-growth"]
    return " ".join(words)


def _subject(own: OwnApp, node: Node) -> dict[str, Any]:
    return {
        "app": own.folder.resolve().name,
        "start": own.start,
        "node": node.version,
        "packages": _releases(own.folder.resolve()),
        "style": own.style,
        "traffic": own.traffic,
        "requests": own.requests,
    }


def _releases(folder: Path) -> dict[str, str]:
    """The installed releases of the packages that matter here."""
    found = {}
    for place in (workspace_root(folder), folder):  # what stands nearer is loaded
        for name in TOLD_PACKAGES:
            try:
                manifest = read_manifest(place / "node_modules" / name)
            except NextfixError:
                continue
            if manifest is not None:
                found[name] = manifest.version
    return found
