"""Fingerprints: the same finding keeps its own, two findings never share one."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from patcher.model import PackageId
from patcher.report.findings.fingerprint import fingerprints
from tests.report.records import finding


def test_a_finding_keeps_its_fingerprint_when_its_line_column_message_and_severity_change() -> None:
    before = finding()
    after = finding(line=90, end_line=92, column=1, message="other words", severity="note", detail="more")

    assert fingerprints([before]) == fingerprints([after])


def test_a_finding_of_another_rule_file_function_or_slot_has_another_fingerprint() -> None:
    variants = [
        finding(),
        finding(rule="next/other"),
        finding(path="node_modules/next/dist/other.js"),
        finding(function="NextServer.other"),
        finding(slot="this.other"),
    ]

    assert len({fingerprints([variant])[0] for variant in variants}) == len(variants)


def test_a_new_release_or_a_hoisted_copy_of_a_package_does_not_make_a_finding_new() -> None:
    nested = finding(
        path="packages/web/node_modules/.pnpm/next@13.2.4/node_modules/next/dist/server/next.js",
        package=PackageId("next", "13.2.4"),
    )

    assert fingerprints([nested]) == fingerprints([finding()])


def test_one_s_own_source_in_a_folder_called_node_modules_is_told_apart_by_its_whole_path() -> None:
    own = [finding(path=f"{folder}/node_modules/x.js", package=None) for folder in ("a", "b")]

    assert fingerprints(own[:1]) != fingerprints(own[1:])


def test_no_two_findings_of_one_report_share_a_fingerprint() -> None:
    same = [finding(line=line) for line in (30, 10, 20)]

    assert len(set(fingerprints(same))) == 3


@given(st.permutations(range(5)), st.integers(0, 500))
def test_the_order_of_the_list_and_a_shift_of_the_whole_file_change_no_fingerprint(
    order: list[int], shift: int
) -> None:
    findings = [finding(line=10 * (number // 2) + 1, column=number + 1) for number in range(5)]
    moved = [dataclasses.replace(findings[index], line=findings[index].line + shift) for index in order]

    of = dict(zip(order, fingerprints(moved), strict=True))

    assert tuple(of[index] for index in range(5)) == fingerprints(findings)


def test_text_with_a_lone_surrogate_has_a_fingerprint() -> None:
    assert len(fingerprints([finding(path="\udcff.js")])[0]) == 24
