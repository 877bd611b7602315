"""The baseline."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patcher.check import run
from patcher.check.baseline import AcceptedFinding, baseline_bytes, compare, entries, read_baseline
from patcher.errors import ExitCode, NextfixError
from patcher.model import Finding
from tests.report.records import HOSTILE, finding

findings = st.lists(
    st.builds(
        lambda rule, path, slot, line: finding(rule=rule, path=path, slot=slot, line=line, end_line=line),
        st.sampled_from(["a/b", "c/d"]),
        st.sampled_from(["x.js", "y.js", HOSTILE]),
        st.sampled_from(["this.p", "cache[key]"]),
        st.integers(1, 50),
    ),
    max_size=8,
)


@given(findings)
def test_a_baseline_of_today_s_findings_accepts_them_all(today: list[Finding]) -> None:
    result = compare(today, entries(today))

    assert result.new == ()
    assert result.accepted == tuple(today)
    assert result.stale == ()


@given(findings, findings)
def test_every_finding_is_new_or_accepted_and_every_entry_used_or_stale(
    then: list[Finding], now: list[Finding]
) -> None:
    result = compare(now, entries(then))

    assert len(result.new) + len(result.accepted) == len(now)
    assert len(result.accepted) + len(result.stale) == len(then)


def test_a_second_site_with_the_same_names_is_new() -> None:
    result = compare([finding(line=4), finding(line=40)], entries([finding(line=9)]))

    assert len(result.new) == 1


def test_an_entry_whose_finding_is_gone_is_stale() -> None:
    (stale,) = compare([], entries([finding()])).stale

    assert (stale.rule, stale.slot) == ("next/server-promise", "this.serverPromise")


@given(findings)
@settings(deadline=None)  # it writes a file each time
def test_a_file_gives_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, today: list[Finding]
) -> None:
    path = tmp_path_factory.getbasetemp() / "baseline.json"
    path.write_bytes(baseline_bytes(entries(today)))

    assert read_baseline(path) == entries(today)


def test_the_file_is_sorted_has_an_entry_a_line_and_no_line_numbers() -> None:
    some = [finding(path="b.js", line=7), finding(path="a.js", line=3)]
    text = baseline_bytes(entries(some)).decode()

    assert text == baseline_bytes(entries(some[::-1])).decode()
    assert (
        text == baseline_bytes(entries([finding(path="a.js", line=1), finding(path="b.js", line=1)])).decode()
    )
    assert [line.split('"path": ')[1][:6] for line in text.splitlines() if "path" in line] == [
        '"a.js"',
        '"b.js"',
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "there is no baseline"),
        (b"", "is not JSON"),
        (b"[]", "is not a baseline"),
        (b'{"version": 1}', "is not a baseline"),
        (b'{"version": 9, "findings": []}', "is a baseline of version 9"),
        (b'{"version": 1, "findings": [{"a": 1}]}', "is not a baseline"),
        (b'{"version": 1, "findings": [{"a": "1"}]}', "is not a baseline"),
        (b"\xff", "is not JSON"),
    ],
)
def test_what_is_no_baseline_is_refused_with_what_to_do(
    tmp_path: Path, text: bytes | None, reason: str
) -> None:
    path = tmp_path / "b.json"
    if text is not None:
        path.write_bytes(text)

    with pytest.raises(NextfixError, match=reason) as caught:
        read_baseline(path)

    assert caught.value.code is ExitCode.USAGE
    assert "--update-baseline" in str(caught.value)


def test_a_baseline_that_somebody_writes_while_a_new_one_is_made_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.js").write_text("exports.a = 1\n")
    file = tmp_path / "base.json"
    file.write_bytes(baseline_bytes(()))
    asked = run.wanted([], ["source"], None, file, None, cached=False)
    theirs = baseline_bytes(entries([finding()]))

    def late(accepted: Sequence[AcceptedFinding]) -> bytes:
        file.write_bytes(theirs)
        return baseline_bytes((*accepted, *entries([finding(path="z.js")])))

    monkeypatch.setattr(run, "baseline_bytes", late)
    with pytest.raises(NextfixError, match="changed while nextfix was at work") as caught:
        run.accept(asked, lambda *_: None)

    assert caught.value.code is ExitCode.REFUSED
    assert file.read_bytes() == theirs
