"""The baseline: today's findings accepted, so that only new ones fail.

A baseline is a JSON file to be committed: sorted, one entry a line, without line numbers, so that it changes
only when a finding comes or goes.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from patcher.disk.outside import MissingFileError, load_json
from patcher.errors import ExitCode, NextfixError
from patcher.model import Finding
from patcher.report.findings.fingerprint import fingerprints

VERSION = 1
_HINT = "write it anew with --update-baseline"


@dataclass(frozen=True, slots=True, order=True)
class AcceptedFinding:
    """One accepted finding; only the fingerprint decides, the rest tells people what was accepted."""

    path: str
    rule: str
    function: str
    slot: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class BaselineComparison:
    """Findings against a baseline: those it does not know, those it accepts, and entries without one."""

    new: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    stale: tuple[AcceptedFinding, ...]


def entries(findings: Sequence[Finding]) -> tuple[AcceptedFinding, ...]:
    """The entries that accept exactly `findings`, sorted."""
    pairs = zip(findings, fingerprints(findings), strict=True)
    return tuple(sorted(AcceptedFinding(f.path, f.rule, f.function, f.slot, print_) for f, print_ in pairs))


def compare(findings: Sequence[Finding], accepted: Collection[AcceptedFinding]) -> BaselineComparison:
    """Divide `findings` by whether `accepted` has their fingerprint, and find the entries left over."""
    known = {entry.fingerprint for entry in accepted}
    pairs = tuple(zip(findings, fingerprints(findings), strict=True))
    present = {print_ for _, print_ in pairs}
    return BaselineComparison(
        new=tuple(finding for finding, print_ in pairs if print_ not in known),
        accepted=tuple(finding for finding, print_ in pairs if print_ in known),
        stale=tuple(sorted(entry for entry in accepted if entry.fingerprint not in present)),
    )


def baseline_bytes(accepted: Sequence[AcceptedFinding]) -> bytes:
    """The content of a baseline file with `accepted`; the same entries give the same bytes."""
    lines = ",\n".join(f"    {json.dumps(asdict(entry))}" for entry in sorted(accepted))
    body = f"[\n{lines}\n  ]" if accepted else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {body}\n}}\n'.encode()


def read_baseline(path: Path) -> tuple[AcceptedFinding, ...]:
    """The entries of the baseline file at `path`.

    Raises:
        NextfixError: USAGE when there is no such file or it is not a baseline; FILES when it cannot be read.
    """
    try:
        data = load_json(path, code=ExitCode.USAGE, hint=_HINT)
    except MissingFileError:
        raise NextfixError(ExitCode.USAGE, "there is no baseline", path=path, hint=_HINT) from None
    try:
        if data["version"] != VERSION:
            raise NextfixError(
                ExitCode.USAGE, f"is a baseline of version {data['version']!r:.20}", path=path, hint=_HINT
            )
        return tuple(_entry(item) for item in data["findings"])
    except (KeyError, TypeError) as error:
        reason = f"is not a baseline: {error.__class__.__name__}: {error!s:.80}"
        raise NextfixError(ExitCode.USAGE, reason, path=path, hint=_HINT) from error


def _entry(item: object) -> AcceptedFinding:
    if not isinstance(item, dict) or not all(isinstance(value, str) for value in item.values()):
        raise TypeError(f"an entry is an object of texts, not {item!r:.40}")
    return AcceptedFinding(**item)
