"""Components of Vue and Svelte in a run of `check`."""

import json
from pathlib import Path

import pytest

from patcher.check.fix_findings import plan_fixes
from patcher.check.run import survey, wanted
from patcher.model import Report

PAGE = """<template><p>é</p></template>
<script setup lang="ts">
{comment}
setInterval(() => {{}}, 1000)
</script>
"""


def checked(folder: Path, monkeypatch: pytest.MonkeyPatch, comment: str = "") -> Report:
    (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": {"nuxt": "4"}}))
    (folder / "pages").mkdir()
    (folder / "pages/a.vue").write_text(PAGE.format(comment=comment))
    monkeypatch.chdir(folder)
    return survey(wanted([], ["source"], None, None, None, cached=False), lambda *_: None)


def test_a_finding_in_a_component_stands_at_its_line_and_is_never_rewritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = checked(tmp_path, monkeypatch)
    (finding,) = report.findings
    assert (finding.path, finding.line, finding.column) == ("pages/a.vue", 4, 1)
    (fix,) = plan_fixes(report, "")
    assert fix.old == fix.new
    assert [reason for _, reason in fix.reasons] == [
        "the script of a component is not rewritten: its framework compiles it first"
    ]


def test_an_ignore_in_the_script_of_a_component_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = checked(tmp_path, monkeypatch, "// nextfix-ignore request-interval: one page, shown once")
    assert (report.findings, report.ignored) == ((), 1)
