"""The certified releases that have each rule, and each of its files: tables for people and for rules/README.md."""

from collections.abc import Collection, Mapping
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


def files_table(rules: tuple[Rule, ...], ledgers: Mapping[str, Mapping[str, Any]]) -> str:
    """Every file that has the code of a rule, in which certified releases, and whether Node loads it: as Markdown.

    `certify` looks through every script of a release, so a file that has the code and is not here is in no release.

    Args:
        rules: the rules to list.
        ledgers: for each package, what the ledger holds of its releases, in order.
    """
    lines = ["| rule | file | certified releases | stable |", "| --- | --- | --- | ---: |"]
    for rule in rules:
        ledger = ledgers.get(rule.package, {})
        for path in rule.files:
            have = [version for version, entry in ledger.items() if _has(entry, rule, path)]
            counted = sum(map(is_stable, have))
            lines.append(f"| `{rule.id}` | `{path}` | {_stretches(ledger, have)} | {counted} |")
        lines.extend(
            f"| `{rule.id}` | `{path}` | never run by a server: left as it is | |" for path in rule.dead
        )
    return "\n".join(lines)


def _releases_row(rule: Rule, ledger: Mapping[str, Any]) -> tuple[str, ...]:
    have = [version for version, entry in ledger.items() if _has(entry, rule)]
    counted = sum(map(is_stable, have))
    return (rule.id, _stretches(ledger, have), str(counted), str(len(have) - counted))


def _stretches(ledger: Mapping[str, Any], have: Collection[str]) -> str:
    """The stable releases among `have` as stretches of those that the ledger holds."""
    runs: list[list[str]] = []
    for version in filter(is_stable, ledger):
        if version not in have:
            runs.append([])
        elif runs and runs[-1]:
            runs[-1] = [runs[-1][0], version]
        else:
            runs.append([version])
    return ", ".join(" to ".join(run) for run in runs if run) or "none"


def _has(entry: Mapping[str, Any], rule: Rule, path: str = "") -> bool:
    """Whether the ledger records a rewrite by `rule` alone in the file `path` of the release, or in any."""
    files = (file for name, file in entry["files"].items() if path in ("", name))
    return any(rule.id in found for file in files for found in file["rewrites"].values())
