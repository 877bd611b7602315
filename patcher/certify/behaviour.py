"""Running a harness: two files in, facts out."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patcher.certify.expect import failures_of
from patcher.errors import ExitCode, NextfixError

_MAIN = Path(__file__).parent / "harness" / "main.cjs"
_PATIENCE = 120  # seconds; a run takes a quarter of one

# Which harness drives a file: the first whose pattern fits the file's path inside its package.
_HARNESSES = (
    (re.compile(r"dist/(esm/)?server/next\.js"), "server"),
    (re.compile(r"dist/(esm/)?server/base-server\.js"), "base_server"),
    (re.compile(r"dist/(esm/)?server/web/sandbox/context\.js"), "sandbox"),
    (re.compile(r"dist/(esm/)?server/lib/disk-lru-cache\.external\.js"), "disk_lru"),
    (re.compile(r"dist/esm/server/web/(globals|adapter)\.js"), "edge"),
    (re.compile(r"dist/(next-server|shared)/lib/loadable(\.shared-runtime)?\.js"), "loadable"),
    (re.compile(r"dist/compiled/next-server/pages.*\.runtime\.(prod|dev)\.js"), "runtime"),
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the original and the rewritten file did, as JSON values, and in what the second is at fault.

    Attributes:
        harness: the harness that drove them.
        changed: the functions of the harness whose code differs between the two.
        original: the facts of the original file.
        rewritten: the facts of the rewritten one.
        failures: a sentence for each fact that is not as it must be; empty when the rewrite is good.
    """

    harness: str
    changed: tuple[str, ...]
    original: dict[str, Any]
    rewritten: dict[str, Any]
    failures: tuple[str, ...]


def harness_of(file: str) -> str | None:
    """The harness for a file, by its path inside the package; None when there is none."""
    return next((name for pattern, name in _HARNESSES if pattern.fullmatch(file)), None)


def run(
    file: str,
    original: bytes,
    rewritten: bytes,
    style: str,
    release: str,
    *,
    react: Path | None = None,
    node: str = "node",
) -> Behaviour:
    """Drive both versions of a file and judge the rewritten one. One Node process, about 0.2 seconds.

    Args:
        file: the file's path inside its package, as rules name it.
        original: its bytes as published.
        rewritten: its bytes after a rewrite, by any subset of the rules.
        style: the style of that rewrite.
        release: `package@version`, for messages.
        react: a project whose node_modules has React: what next/dynamic renders is then compared too.
        node: the Node executable.

    Raises:
        NextfixError: USAGE when there is no such executable; DEFECT when no harness knows the file, or the
            harness cannot drive it.
    """
    harness = harness_of(file)
    if harness is None:
        raise _defect(f"no behaviour test drives this file of {release}", file)
    task = {
        "harness": harness,
        "file": f"/{release}/{file}",
        "original": original.decode("utf-8", "replace"),
        "rewritten": rewritten.decode("utf-8", "replace"),
        "from": str(react) if react else None,
    }
    facts = _facts(task, node, file, release)
    changed = tuple(facts["changed"])
    failures = failures_of(harness, style, changed, facts["original"], facts["rewritten"])
    return Behaviour(harness, changed, facts["original"], facts["rewritten"], failures)


def _facts(task: dict[str, Any], node: str, file: str, release: str) -> dict[str, Any]:
    command = [node, str(_MAIN)]
    environment = {"PATH": os.environ.get("PATH", ""), "NODE_ENV": "production"}
    try:
        done = subprocess.run(
            command, input=json.dumps(task).encode(), capture_output=True, timeout=_PATIENCE, env=environment
        )
    except FileNotFoundError as error:
        raise NextfixError(
            ExitCode.USAGE, "not found", path=node, hint="the behaviour tests need Node.js 18 or newer"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise _defect(f"the behaviour test of {release} does not end", file) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit {done.returncode}"]
        raise _defect(f"the behaviour test of {release} failed to run: {said[0]}", file)
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def _defect(reason: str, file: str) -> NextfixError:
    return NextfixError(
        ExitCode.DEFECT, reason, path=file, hint="the file is of a shape that the harness does not know"
    )
