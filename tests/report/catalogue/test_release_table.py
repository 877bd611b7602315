"""The table of certified releases by rule."""

from patcher.report.catalogue.release_table import releases_table
from patcher.rule import Rule

ONE = Rule("own/one", "title", "why", "own", ">=1.0.0", (), ())
TWO = Rule("own/two", "title", "why", "own", ">=1.0.0", (), ())


def entry(*identifiers: str) -> dict[str, object]:
    results = {identifier: {"sha256": "0"} for identifier in identifiers}
    return {"files": {"a.js": {"sha256": "0", "rewrites": {"documented": results}}}}


LEDGER = {
    "1.0.0": entry("own/one"),
    "1.1.0": entry("own/one"),
    "1.2.0-canary.1": entry("own/two"),
    "1.2.0": entry("own/two"),
    "1.3.0-canary.1": entry("own/one", "own/two", "own/one own/two"),
    "1.3.0": entry("own/one", "own/two", "own/one own/two"),
}


def test_the_releases_of_a_rule_are_its_stretches_of_stable_releases_with_counts_of_both_kinds() -> None:
    assert releases_table((ONE, TWO), {"own": LEDGER}, markdown=True).splitlines() == [
        "| rule | certified releases | stable | prereleases |",
        "| --- | --- | ---: | ---: |",
        "| `own/one` | 1.0.0 to 1.1.0, 1.3.0 | 3 | 1 |",
        "| `own/two` | 1.2.0 to 1.3.0 | 2 | 2 |",
    ]


def test_a_rule_without_certified_releases_says_none() -> None:
    assert releases_table((ONE,), {}, markdown=False).splitlines() == [
        "rule     certified releases  stable  prereleases",
        "own/one  none                0       0",
    ]
