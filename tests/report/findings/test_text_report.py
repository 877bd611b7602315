"""Text for people."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from patcher.model import Report, RuleInfo, Severity, Skipped, Verdict
from patcher.report.findings.text_report import Detail, TextStyle, defused, text_report
from patcher.report.terminal import Palette
from tests.report.records import RULES, SOURCE, copy, finding, hostile, report


def shown(
    what: Report, source: str | None = SOURCE, rules: Mapping[str, RuleInfo] = RULES, **style: Any
) -> str:
    lines = None if source is None else source.split("\n")
    return text_report(what, rules, lambda _: lines, TextStyle(**style))


def test_a_finding_is_shown_with_its_place_its_underlined_slot_why_and_what_to_do() -> None:
    assert shown(report(finding(), skipped=(), copies=())) == (
        """\
error[next/server-promise]: this.serverPromise keeps a promise
 --> node_modules/next/dist/server/next.js:4:13 in NextServer.getServer (next 13.1.6)
  |
3 |         if (!this.serverPromise) {
4 |             this.serverPromise = this.loadConfig().then((conf) => this.make(conf));
  |             ^^^^^^^^^^^^^^^^^^
5 |         }
  |
  = why: A promise that stays in a field keeps the store of the request that made it.
  = help: Run `nextfix apply`, or upgrade.
  = more: nextfix explain next/server-promise

1 error in 10 files
"""
    )


def test_the_same_rule_is_explained_once_unless_all_is_asked_for() -> None:
    twice = report(finding(), finding(line=6, column=16))

    assert shown(twice).count("= why:") == 1
    assert shown(twice, detail=Detail.VERBOSE).count("= why:") == 2


def test_a_finding_that_explains_itself_is_believed_more_than_its_rule() -> None:
    text = shown(report(finding(detail="It runs on every request. Run 'nextfix apply'.")))

    assert "  = why: It runs on every request. Run 'nextfix apply'.\n" in text
    assert "= help:" not in text


def test_a_note_takes_one_line_unless_all_is_asked_for() -> None:
    note = report(finding(severity=Severity.NOTE), copies=(), skipped=())

    assert shown(note).splitlines()[0] == (
        "node_modules/next/dist/server/next.js:4:13: "
        "note[next/server-promise] this.serverPromise keeps a promise"
    )
    assert "^^^" not in shown(note)
    assert "^^^" in shown(note, detail=Detail.VERBOSE)


def test_quiet_is_one_line_a_finding_and_nothing_at_all_without_one() -> None:
    assert len(shown(report(finding(), finding(line=6)), detail=Detail.QUIET).splitlines()) == 2
    assert shown(report(), detail=Detail.QUIET) == ""


def test_a_file_that_cannot_be_read_again_is_still_reported_without_its_source() -> None:
    text = shown(report(finding()), source=None)

    assert "-->" in text
    assert " | " not in text


def test_a_finding_of_an_unknown_rule_is_still_reported() -> None:
    assert "error[next/server-promise]" in shown(report(finding()), rules={})


def test_skipped_files_are_named_and_counted_and_all_are_listed_on_demand() -> None:
    skipped = tuple(Skipped(f"src/{number}.js", "could not be parsed") for number in range(12))
    text = shown(report(skipped=skipped))

    assert "skipped src/4.js: could not be parsed" in text
    assert "skipped 7 more; --verbose lists them" in text
    assert "12 skipped" in text
    assert "src/11.js" in shown(report(skipped=skipped), detail=Detail.VERBOSE)


def test_healthy_copies_are_listed_only_when_all_is_asked_for() -> None:
    healthy = report(copies=(copy(Verdict.FIXED_UPSTREAM),))

    modified = replace(copy(Verdict.MODIFIED), reason="edited by hand")

    assert "next@13.1.6" not in shown(healthy)
    assert "next@13.1.6  node_modules/next  (npm" in shown(healthy, detail=Detail.VERBOSE)
    assert "edited by hand" in shown(report(copies=(modified,)))


def test_colour_is_in_the_escapes_only() -> None:
    plain = shown(report(finding()))
    coloured = shown(report(finding()), palette=Palette(True))

    assert coloured != plain
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize("detail", list(Detail))
@pytest.mark.parametrize(
    "source", [None, "::error::x\n" * 9, "##[error]x\n" * 9, "\x1b[31m\x9b31m\u202e\n" * 9]
)
def test_no_text_from_a_file_can_drive_the_terminal_or_a_ci_runner(detail: Any, source: str | None) -> None:
    text = shown(hostile(), source=source, detail=detail)

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)
    assert not any(
        line.lstrip().startswith("::") or re.search(r"##\w*\[", line) for line in text.splitlines()
    )


def test_a_defused_line_says_the_same_otherwise() -> None:
    assert (
        defused("  ::error::a ##[group]b ##vso[c] a::b #x")
        == "  \\::error::a ##\\[group]b ##\\vso[c] a::b #x"
    )
