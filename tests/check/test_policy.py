"""What counts of what was found."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from patcher.check.baseline import entries
from patcher.check.config import Config
from patcher.check.ignores import UNUSED
from patcher.check.policy import Run, ending, judge
from patcher.check.scope import Scope
from patcher.errors import ExitCode
from patcher.model import CopyState, Finding, Report, Severity, Verdict
from tests.report.records import copy, finding, report

GENERAL = "async/field-promise"


Write = Callable[[str, str], None]


def run(*scopes: Scope, sources: Sequence[str] = (), paths: Sequence[str] = ()) -> Run:
    return Run(scopes or tuple(Scope), paths, sources, {"next/server-promise"}, {GENERAL})


def own(path: str = "src/a.js", **changes: Any) -> Finding:
    return finding(path=path, package=None, rule=GENERAL, **changes)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def write(path: str, text: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    return write


def test_the_configuration_changes_a_severity_and_switches_a_rule_off() -> None:
    config = Config(severity={GENERAL: Severity.NOTE, "next/server-promise": None})

    assert judge(report(finding(), own()), run(), config).findings == (own(severity=Severity.NOTE),)


def test_an_excluded_folder_takes_its_findings_copies_and_skipped_files_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = Config(exclude=("/node_modules/next/", "src"), root=tmp_path)

    left = judge(report(finding(), own()), run(), config)

    assert (left.findings, left.copies, left.skipped) == ((), (), ())


def test_an_inline_ignore_silences_a_finding_and_is_counted(source: Write) -> None:
    source("src/a.js", f"// nextfix-ignore {GENERAL}: once, at start\nthis.p = f()\n")
    left = judge(report(own(line=2)), run(), Config())

    assert (left.findings, left.ignored) == ((), 1)


def test_an_unused_ignore_is_found_in_a_file_without_findings_and_obeys_the_configuration(
    source: Write,
) -> None:
    source("src/b.js", f"// nextfix-ignore {GENERAL}: gone\nx()\n")
    (complaint,) = judge(report(), run(sources=["src/b.js"]), Config()).findings

    assert (complaint.rule, complaint.path, complaint.line) == (UNUSED, "src/b.js", 1)
    assert judge(report(), run(sources=["src/b.js"]), Config(severity={UNUSED: None})).findings == ()
    assert judge(report(), run(sources=["src/b.js"]), Config(severity={GENERAL: None})).findings == ()


def test_a_package_cannot_silence_its_findings(source: Write) -> None:
    path = "node_modules/next/dist/server/next.js"
    source(path, "// nextfix-ignore next/server-promise: nothing to see\nthis.serverPromise = f()\n")

    assert len(judge(report(finding(line=2)), run(), Config()).findings) == 1


def test_the_baseline_takes_accepted_findings_off_and_names_what_is_gone() -> None:
    accepted = entries([own(), own(slot="this.gone")])
    left = judge(report(own(), own(slot="this.new")), run(), Config(), accepted)

    assert left.findings == (own(slot="this.new"),)
    assert left.accepted == 1
    assert left.stale == (f"{GENERAL} this.gone in src/a.js",)


@pytest.mark.parametrize(
    ("entry", "this_run"),
    [
        pytest.param(own(), run(Scope.RULES, Scope.DEPS), id="source was not looked at"),
        pytest.param(finding(), run(Scope.SOURCE, Scope.DEPS), id="the rules did not run"),
        pytest.param(own("node_modules/a/b.js"), run(Scope.SOURCE), id="dependencies were not looked at"),
        pytest.param(own(), run(paths=["src/b.js", "lib"]), id="another path was named"),
    ],
)
def test_an_entry_that_this_run_could_not_find_is_not_stale(entry: Any, this_run: Any) -> None:
    assert judge(report(), this_run, Config(), entries([entry])).stale == ()
    assert len(judge(report(), run(), Config(), entries([entry])).stale) == 1


@pytest.mark.parametrize(
    ("copies", "code", "reason"),
    [
        pytest.param(
            (copy(),), ExitCode.FINDINGS, "1 copy to be rewritten by 'nextfix apply'", id="affected"
        ),
        pytest.param((copy(Verdict.APPLIED),), ExitCode.OK, "", id="applied"),
        pytest.param(
            (), ExitCode.NOTHING, "no installed copy that a rule names; install it first", id="none"
        ),
        pytest.param(
            (copy(Verdict.MODIFIED), copy(Verdict.UNKNOWN_RELEASE)),
            ExitCode.REFUSED,
            "node_modules/next: modified (and 1 more, see the report)",
            id="not to be judged",
        ),
        pytest.param(
            (replace(copy(Verdict.MODIFIED), reason="changed by hand"),),
            ExitCode.REFUSED,
            "node_modules/next: changed by hand",
            id="with its reason",
        ),
        pytest.param(
            (copy(), copy(Verdict.APPLIED)),
            ExitCode.FINDINGS,
            "1 copy to be rewritten by 'nextfix apply'",
            id="one of two",
        ),
    ],
)
def test_with_applied_the_copies_decide_although_nothing_was_found(
    copies: tuple[CopyState, ...], code: ExitCode, reason: str
) -> None:
    assert ending(Report((), copies, (), 3), Severity.WARNING, applied=True) == (code, reason)


def test_without_applied_an_affected_copy_and_a_project_without_copies_are_no_finding() -> None:
    assert ending(Report((), (copy(),), (), 3), Severity.WARNING) == (ExitCode.OK, "")
    assert ending(Report((), (), (), 3), Severity.WARNING) == (ExitCode.OK, "")
    assert ending(Report((), (copy(),), ()), Severity.WARNING) == (ExitCode.OK, "")
    assert ending(replace(Report((), (), ()), excluded=1), Severity.WARNING) == (ExitCode.OK, "")


def test_an_entry_below_a_named_folder_is_stale_when_it_is_not_found() -> None:
    assert len(judge(report(), run(paths=["src"]), Config(), entries([own()])).stale) == 1


def test_only_what_is_excluded_goes_and_is_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    other = replace(copy(), path="packages/a/node_modules/next")
    config = Config(exclude=("packages/a/",), root=tmp_path)

    result = judge(Report((), (copy(), other), (), 5), run(), config)

    assert result.copies == (copy(),)
    assert result.scanned == 4


def test_an_ignore_counts_neither_in_node_modules_nor_for_a_package_outside_of_it(source: Write) -> None:
    text = f"\n\n\nthis.p = f() // nextfix-ignore {GENERAL}: once\n"
    source("src/a.js", text)
    source("node_modules/a/b.js", text)
    linked, inside = finding(path="src/a.js", rule=GENERAL), own("node_modules/a/b.js")

    result = judge(report(linked, inside), run(), Config())

    assert set(result.findings) == {linked, inside}
    assert result.ignored == 0


def test_findings_come_in_the_order_of_files_and_lines() -> None:
    mixed = report(own("z.js"), own("a.js", line=9), own("a.js", line=2), finding())

    assert [found.order[:2] for found in judge(mixed, run(), Config()).findings] == sorted(
        found.order[:2] for found in mixed.findings
    )


CLEAN = Report((), (copy(),), (), 3)
NOTE, ERROR = own(severity=Severity.NOTE), own()


@pytest.mark.parametrize(
    ("what", "fail_on", "code", "reason"),
    [
        (CLEAN, "warning", ExitCode.OK, ""),
        (Report((), (), (), 3), "warning", ExitCode.OK, ""),
        (Report((), (), ()), "warning", ExitCode.NOTHING, "nothing to look at"),
        (Report((NOTE,), (), (), 3), "warning", ExitCode.OK, ""),
        (Report((NOTE,), (), (), 3), "note", ExitCode.FINDINGS, "1 note"),
        (Report((NOTE, ERROR, ERROR), (), (), 3), "warning", ExitCode.FINDINGS, "2 errors"),
        (report(NOTE), "warning", ExitCode.DEFECT, "1 file could not be checked"),
        (report(ERROR), "warning", ExitCode.DEFECT, "1 error; 1 file could not be checked"),
    ],
)
def test_the_exit_code_says_the_worst_and_the_reason_says_all(
    what: Any, fail_on: str, code: ExitCode, reason: str
) -> None:
    result = ending(what, Severity(fail_on))

    assert result[0] is code
    assert result[1].startswith(reason)
    assert bool(result[1]) == bool(code)
