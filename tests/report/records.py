"""Records to report on, made for the tests of `patcher.report`, and the schema of the report in JSON."""

import json
from pathlib import Path
from typing import Any

import patcher
from patcher.model import (
    CopyState,
    FileState,
    Finding,
    PackageId,
    Report,
    RuleInfo,
    RuleState,
    Severity,
    Skipped,
    Verdict,
)

SCHEMA: dict[str, Any] = json.loads(
    Path(patcher.__file__).with_name("report").joinpath("findings", "report.schema.json").read_bytes()
)
RULE = RuleInfo(
    id="next/server-promise",
    title="the server is memoized as a promise",
    why="A promise that stays in a field keeps the store of the request that made it.",
    help="Run `nextfix apply`, or upgrade.",
    severity=Severity.ERROR,
    references=("https://example.org/issue/1",),
)
RULES = {RULE.id: RULE}

SOURCE = """class NextServer {
    async getServer() {
        if (!this.serverPromise) {
            this.serverPromise = this.loadConfig().then((conf) => this.make(conf));
        }
        return this.serverPromise;
    }
}
"""


def finding(**changes: object) -> Finding:
    """A finding in SOURCE, with `changes`."""
    values: dict[str, object] = {
        "rule": RULE.id,
        "severity": Severity.ERROR,
        "path": "node_modules/next/dist/server/next.js",
        "line": 4,
        "column": 13,
        "end_line": 4,
        "function": "NextServer.getServer",
        "slot": "this.serverPromise",
        "message": "this.serverPromise keeps a promise",
        "fix": "available",
        "package": PackageId("next", "13.1.6"),
    }
    return Finding(**(values | changes))  # type: ignore[arg-type]


def copy(verdict: Verdict = Verdict.AFFECTED) -> CopyState:
    """One copy of next with one file that one rule names."""
    state = RuleState(RULE.id, verdict, "")
    file = FileState("dist/server/next.js", verdict, (state,))
    return CopyState("next", "13.1.6", "node_modules/next", "npm", verdict, (file,))


def report(*findings: Finding, **changes: object) -> Report:
    """A report of `findings` on one copy, one skipped file and ten read ones, with `changes`."""
    values: dict[str, object] = {
        "copies": (copy(),),
        "skipped": (Skipped("src/broken.js", "could not be parsed: line 3"),),
        "scanned": 10,
    }
    return Report(findings, **(values | changes))  # type: ignore[arg-type]


HOSTILE = (
    "\x1b[2J\n::error file=a,line=1::owned\r##[group]x ]]> </script> \x00\x07\u202e{0} [a](1) %0A \udcff"
)
"""Text that tries to be a terminal escape, a CI command, the end of CDATA or a script, a SARIF link."""


def hostile() -> Report:
    """A report in which everything that comes from files is HOSTILE."""
    bad = finding(
        rule=f"rule{HOSTILE}",
        path=f"src/{HOSTILE}",
        function=HOSTILE,
        slot=HOSTILE,
        message=HOSTILE,
        detail=HOSTILE,
        package=PackageId(HOSTILE, HOSTILE),
    )
    state = RuleState(HOSTILE, Verdict.AFFECTED, HOSTILE)
    file = FileState(HOSTILE, Verdict.AFFECTED, (state,))
    where = CopyState(HOSTILE, HOSTILE, HOSTILE, HOSTILE, Verdict.AFFECTED, (file,))
    return Report((bad,), (where,), (Skipped(HOSTILE, HOSTILE),), 1, stale=(HOSTILE,))
