"""Running a harness: two files in, facts out."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patcher.catalogue.load import package_folder
from patcher.errors import ExitCode, NextfixError
from patcher.rule import Rule

_DRIVER = Path(__file__).parent  # harnesses require harness/kept.cjs and the others of the driver
_MAIN = _DRIVER / "harness" / "main.cjs"
_ANSWER: dict[str, type] = {"changed": list, "original": dict, "rewritten": dict, "expected": dict}
_PATIENCE = 120  # seconds; a run takes a quarter of one


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


def harness_of(rule: Rule) -> Path:
    """The harness that drives the files of `rule`."""
    return package_folder(rule.package) / rule.harness


def run(
    harness: Path,
    file: str,
    original: bytes,
    rewritten: bytes,
    style: str,
    release: str,
    *,
    packages: Path | None = None,
    node: str = "node",
    rules: str = "",
) -> Behaviour:
    """Drive both versions of a file and judge the rewritten one. One Node process, about 0.2 seconds.

    Args:
        harness: the harness of the rules that rewrote it.
        file: the file's path inside its package, as rules name it.
        original: its bytes as published.
        rewritten: its bytes after a rewrite, by any subset of the rules.
        style: the style of that rewrite.
        release: `package@version`, for messages.
        packages: a project whose node_modules the harness may use, for what only a real one shows.
        node: the Node executable.
        rules: the rules that rewrote it, for messages; without them the harness is named.

    Raises:
        NextfixError: USAGE when there is no such executable; DEFECT when the harness cannot drive the file, or ends
            without an answer.
    """
    task = {
        "harness": str(harness),
        "file": f"/{release}/{file}",
        "original": original.decode("utf-8", "replace"),
        "rewritten": rewritten.decode("utf-8", "replace"),
        "style": style,
        "from": str(packages) if packages else None,
    }
    facts = _facts(task, node, file, release, rules or harness.stem)
    changed = tuple(facts["changed"])
    failures = (
        tuple(_differences("", facts["expected"], facts["rewritten"]))
        if changed
        else ("the rewrite changes nothing that the harness drives",)
    )
    return Behaviour(harness.stem, changed, facts["original"], facts["rewritten"], failures)


def _differences(path: str, expected: Any, found: Any) -> Iterator[str]:
    """Where `found` lacks or contradicts something of `expected`; what it has besides does not matter."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key, value in expected.items():
            yield from _differences(f"{path}.{key}" if path else key, value, found.get(key))
    elif expected != found:
        yield f"{path} is {_short(found)}, expected {_short(expected)}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 200 else f"{text[:200]}..."


def _facts(task: dict[str, Any], node: str, file: str, release: str, rules: str) -> dict[str, Any]:
    command = [node, str(_MAIN)]
    environment = {"PATH": os.environ.get("PATH", ""), "NODE_ENV": "production", "NODE_PATH": str(_DRIVER)}
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
        lines = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit {done.returncode}"]
        reason = next((line for line in lines if "Error" in line), lines[0])
        raise _defect(f"the behaviour test of {release} failed to run: {reason}", file)
    return _answer(done, file, release, rules)


def _answer(done: subprocess.CompletedProcess[bytes], file: str, release: str, rules: str) -> dict[str, Any]:
    """The facts that a harness wrote; Node also ends with 0 when what it awaits can never come."""
    try:
        facts = json.loads(done.stdout)
    except (ValueError, RecursionError):
        facts = None
    if isinstance(facts, dict) and _ANSWER.items() <= {key: type(facts[key]) for key in facts}.items():
        return facts
    said = done.stderr.decode(errors="replace").strip().splitlines()
    last = f"its last line is {_short(said[-1])}" if said else "nothing on stderr"
    reason = f"the harness of {rules} ended without an answer on {release} (exit {done.returncode}, {last})"
    raise NextfixError(
        ExitCode.DEFECT, reason, path=file, hint="it awaits what never comes, or writes to stdout itself"
    )


def _defect(reason: str, file: str) -> NextfixError:
    return NextfixError(
        ExitCode.DEFECT, reason, path=file, hint="the file is of a shape that the harness does not know"
    )
