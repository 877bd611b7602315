"""The table of certified releases by rule."""

from typing import Any

from patcher.report.catalogue.release_table import files_table, releases_table
from patcher.rule import Rule

ONE = Rule("own/one", "title", "why", "own", ">=1.0.0", (), ())
TWO = Rule("own/two", "title", "why", "own", ">=1.0.0", (), ())


def entry(*identifiers: str) -> dict[str, Any]:
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


def test_each_file_of_a_rule_has_its_own_releases_and_copies_that_nothing_runs_are_named() -> None:
    rule = Rule("own/one", "title", "why", "own", ">=1.0.0", ("a.js", "b.mjs"), (), dead=("a.browser.js",))
    with_both = entry("own/one")
    with_both["files"] = {"a.js": with_both["files"]["a.js"], "b.mjs": with_both["files"]["a.js"]}
    ledger = {"1.0.0": entry("own/one"), "1.1.0": with_both, "1.2.0": with_both, "1.3.0-rc.1": with_both}

    assert files_table((rule,), {"own": ledger}).splitlines() == [
        "| rule | file | certified releases | stable |",
        "| --- | --- | --- | ---: |",
        "| `own/one` | `a.js` | 1.0.0 to 1.2.0 | 3 |",
        "| `own/one` | `b.mjs` | 1.1.0 to 1.2.0 | 2 |",
        "| `own/one` | `a.browser.js` | never run by a server: left as it is | |",
    ]


def test_a_rule_without_certified_releases_says_none() -> None:
    assert releases_table((ONE,), {}, markdown=False).splitlines() == [
        "rule     certified releases  stable  prereleases",
        "own/one  none                0       0",
    ]
