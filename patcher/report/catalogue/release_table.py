"""The certified releases that have each rule: a table for people and for rules/README.md."""

from collections.abc import Mapping
from typing import Any

from patcher.rule import Rule
from patcher.semver import is_stable


def releases_table(
    rules: tuple[Rule, ...], ledgers: Mapping[str, Mapping[str, Any]], *, markdown: bool
) -> str:
    """Which certified releases have each rule: the stretches of stable ones, and how many of either kind.

    Args:
        rules: the rules to list.
        ledgers: for each package, what the ledger holds of its releases, in order.
        markdown: as the table of rules/README.md.
    """
    head = ("rule", "certified releases", "stable", "prereleases")
    rows = [_releases_row(rule, ledgers.get(rule.package, {})) for rule in rules]
    if markdown:
        lines = ["| " + " | ".join(head) + " |", "| --- | --- | ---: | ---: |"]
        return "\n".join(lines + [f"| `{row[0]}` | " + " | ".join(row[1:]) + " |" for row in rows])
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows)
    ]
    return "\n".join(line.rstrip() for line in lines)


def _releases_row(rule: Rule, ledger: Mapping[str, Any]) -> tuple[str, ...]:
    have = [version for version, entry in ledger.items() if _has(entry, rule)]
    stable = [version for version in ledger if is_stable(version)]
    runs: list[list[str]] = []
    for version in stable:
        if version not in have:
            runs.append([])
        elif runs and runs[-1]:
            runs[-1] = [runs[-1][0], version]
        else:
            runs.append([version])
    counted = sum(version in have for version in stable)
    stretches = ", ".join(" to ".join(run) for run in runs if run) or "none"
    return (rule.id, stretches, str(counted), str(len(have) - counted))


def _has(entry: Mapping[str, Any], rule: Rule) -> bool:
    """Whether the ledger records a rewrite by `rule` alone in some file of the release."""
    return any(rule.id in found for file in entry["files"].values() for found in file["rewrites"].values())
