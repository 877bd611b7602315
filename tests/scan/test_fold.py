"""Copies of one finding are one finding."""

from patcher.model import Finding, PackageId, Severity
from patcher.scan.fold import fold


def finding(path: str) -> Finding:
    return Finding(
        rule="kept-promise-module",
        severity=Severity.WARNING,
        path=path,
        line=1,
        column=1,
        end_line=1,
        end_column=2,
        function="get",
        slot="pending",
        message="m",
        fix="none",
        package=PackageId("kept", "1.0.0"),
    )


def test_what_next_copies_to_standalone_is_not_reported_twice() -> None:
    copied, installed = finding(".next/standalone/node_modules/kept/i.js"), finding("node_modules/kept/i.js")
    kept, folded = fold([copied, installed])
    assert [f.path for f in kept] == [installed.path]
    assert kept[0].times == 2
    assert folded == [copied]


def test_what_only_standalone_has_is_reported() -> None:
    copied = finding("web/.next/standalone/node_modules/kept/i.js")
    assert fold([copied])[0] == [copied]
