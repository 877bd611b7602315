"""The rules on real releases of next: what is found, what is written, and that all of it can be undone."""

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from patcher.check.rule_sites import check_rules
from patcher.copies.apply import CopyOutcome, apply_all
from patcher.copies.request import Request
from patcher.copies.revert import revert_all
from patcher.model import Severity, Verdict
from patcher.rule import STYLES
from patcher.syntax.tree import errors, parse
from patcher.text.unified import unified
from tests.synthetic import snapshot

pytestmark = pytest.mark.registry

HANDLER, SERVER, PREPARE = "next/request-handler-promise", "next/server-promise", "next/base-server-prepare"
LOADABLE, RUNTIME = "next/loadable", "next/loadable-runtime"
SANDBOX, DISK = "next/sandbox-module-context", "next/disk-lru"
EDGE, ADAPTER = "next/edge-instrumentation", "next/edge-instrumentation-adapter"

EARLY = {HANDLER, SERVER, LOADABLE}
WRITTEN = {
    "10.0.9": EARLY,
    "10.2.3": EARLY,
    "11.1.4": EARLY,
    "12.1.6": EARLY,
    "12.3.4": EARLY | {SANDBOX},
    "13.0.7": EARLY | {SANDBOX},
    "13.1.6": EARLY | {SANDBOX},
    "13.2.4": EARLY | {SANDBOX},
    "13.3.1": EARLY | {SANDBOX, PREPARE},
    "13.3.4": EARLY | {SANDBOX, PREPARE, ADAPTER},
    "13.4.2": EARLY | {SANDBOX, PREPARE, ADAPTER},
    "13.4.9": EARLY | {SANDBOX, PREPARE, EDGE},
    "13.4.12": {SERVER, LOADABLE, SANDBOX, EDGE},
    "13.4.19": {SERVER, LOADABLE, SANDBOX, EDGE},
    "13.5.6": {SERVER, RUNTIME, SANDBOX, EDGE},
    "14.2.35": {SERVER, RUNTIME, SANDBOX, EDGE},
    "15.5.29": {RUNTIME, SANDBOX, DISK, EDGE},
    "16.4.6": {RUNTIME, SANDBOX, DISK, EDGE},
}

# SHA-256 of the two methods as the original report documents them, without white space.
DOCUMENTED = {
    "getServer": "cda74a9a8b973d28d1c233cc3177c216e8579ad000173d16f56dffebd22afa5b",
    "getServerRequestHandler": "bd084d90486a94e8ea4cfabbb272183d59cf8145f3bcb8447f02e2d848f86919",
}

Install = Callable[[str, str], Path]


@pytest.mark.parametrize("version", WRITTEN)
def test_every_kept_promise_and_timer_of_a_release_is_found_rewritten_and_restored(
    version: str, install: Install, tmp_path: Path
) -> None:
    install("next", version)
    before = snapshot(tmp_path)
    request = Request(tmp_path)

    found = {
        finding.rule for finding in check_rules(request).findings if finding.severity is not Severity.NOTE
    }
    (outcome,) = apply_all(request, dry_run=False)[0]
    after = snapshot(tmp_path)
    report = check_rules(request)

    assert found == WRITTEN[version]
    assert (outcome.done, set(outcome.rules)) == (CopyOutcome.REWRITTEN, WRITTEN[version])
    assert all(finding.severity is Severity.NOTE for finding in report.findings)
    assert report.copies[0].verdict is Verdict.APPLIED
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {f"node_modules/next/{path}" for path in outcome.files}
    assert not any(any(errors(parse(after[path]).root_node)) for path in changed)
    (undone,) = revert_all(tmp_path)[0]
    assert undone.error is None
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("version", ["10.2.3", "13.1.6", "14.2.35", "16.4.6"])
@pytest.mark.parametrize("style", STYLES)
def test_node_and_patch_accept_what_is_written(
    version: str, style: str, install: Install, tmp_path: Path
) -> None:
    install("next", version)
    before = snapshot(tmp_path)
    (outcome,) = apply_all(Request(tmp_path, style), dry_run=False)[0]
    after = snapshot(tmp_path)

    for file in outcome.files:
        path = f"node_modules/next/{file}"
        subprocess.run(["node", "--check", str(tmp_path / path)], check=True)
        unified(before[path], after[path], path)  # raises when unidiff does not read the change in it


@pytest.mark.parametrize("version", ["13.0.7", "13.1.6"])
def test_the_documented_rewrite_is_the_text_of_the_original_report(
    version: str, install: Install, tmp_path: Path
) -> None:
    copy = install("next", version)
    list(apply_all(Request(tmp_path), dry_run=False)[0])

    text = (copy / "dist/server/next.js").read_text()

    for name, expected in DOCUMENTED.items():
        method = re.search(rf"^    async {name}\(\) {{.*?^    }}", text, re.MULTILINE | re.DOTALL)
        assert method is not None
        assert hashlib.sha256(re.sub(r"\s+", "", method[0]).encode()).hexdigest() == expected, method[0]


@pytest.mark.parametrize(
    ("version", "severity"),
    [
        ("13.4.12", Severity.ERROR),
        ("13.4.19", Severity.WARNING),
        ("14.2.35", Severity.WARNING),
        ("15.5.29", Severity.NOTE),
    ],
)
def test_the_severity_says_when_a_request_can_fill_the_slot(
    version: str, severity: Severity, install: Install, tmp_path: Path
) -> None:
    install("next", version)

    findings = [finding for finding in check_rules(Request(tmp_path)).findings if finding.rule == SERVER]

    assert [finding.severity for finding in findings] == [severity]


def test_a_note_is_rewritten_when_its_rule_is_named(install: Install, tmp_path: Path) -> None:
    install("next", "15.5.29")

    (outcome,) = apply_all(Request(tmp_path, rules=frozenset({SERVER})), dry_run=False)[0]

    assert outcome.files == ("dist/server/next.js",)


def test_the_two_slot_form_of_13_4_10_is_recognised_and_left_alone(install: Install, tmp_path: Path) -> None:
    copy = install("next", "13.4.10")
    package = json.loads((copy / "package.json").read_text())
    (copy / "package.json").write_text(json.dumps({**package, "version": "13.4.10-canary.99"}))

    report = check_rules(Request(tmp_path))

    states = {rule.rule: rule.verdict for file in report.copies[0].files for rule in file.rules}
    assert states[HANDLER] is Verdict.FIXED_UPSTREAM
    assert states[PREPARE] is Verdict.FIXED_UPSTREAM


def test_a_converted_copy_is_rewritten_in_its_own_line_endings(install: Install, tmp_path: Path) -> None:
    copy = install("next", "13.1.6")
    path = copy / "dist/server/next.js"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    before = snapshot(tmp_path)

    (outcome,) = apply_all(Request(tmp_path), dry_run=False)[0]

    written = path.read_bytes()
    assert outcome.done is CopyOutcome.REWRITTEN
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.count(b"\n") == written.count(b"\r\n")
    list(revert_all(tmp_path)[0])
    assert snapshot(tmp_path) == before
