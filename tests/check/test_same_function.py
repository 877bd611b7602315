"""What one function does several times is one finding."""

from patcher.check.same_function import one_a_function
from patcher.model import Finding, Severity
from tests.report.records import finding, report


def _races(*lines: int, **changes: object) -> list[Finding]:
    values = {
        "rule": "long-timeout",
        "package": None,
        "function": "execute",
        "slot": "setTimeout",
        "fix": "none",
    }
    return [finding(**(values | {"line": line, "end_line": line} | changes)) for line in lines]


def test_the_same_slot_in_one_function_is_one_finding_that_names_its_lines() -> None:
    found = one_a_function(report(*_races(20, 9, 14))).findings

    assert [(one.line, one.times, one.lines) for one in found] == [(9, 3, (9, 14, 20))]
    assert found[0].message.endswith("; the same in lines 14, 20")


def test_many_lines_are_named_in_part_and_counted() -> None:
    (found,) = one_a_function(report(*_races(*range(1, 11)))).findings

    assert found.message.endswith("; the same in lines 2, 3, 4, 5, 6, 7 and 3 more")
    assert found.times == 10


def test_other_functions_slots_severities_and_doubts_stay_apart() -> None:
    several = [
        *_races(1),
        *_races(2, function="other"),
        *_races(3, slot="this.timer"),
        *_races(4, severity=Severity.NOTE),
        *_races(5, doubt="how long?"),
        *_races(6, 7, function=""),
    ]

    assert list(one_a_function(report(*several)).findings) == several


def test_a_finding_in_several_files_counts_its_lines_in_each() -> None:
    (found,) = one_a_function(report(*_races(1, 2, times=3))).findings

    assert found.times == 6
