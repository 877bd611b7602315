"""patches/, the ledger: for each certified release the hash of each file before and after each rule and style.

One JSON file holds the releases of one minor line (`patches/next/13.1.json`). It holds facts only, no code.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from patcher.catalogue.load import data_folder
from patcher.disk.write import make_folder, write_file
from patcher.errors import ExitCode, NextfixError
from patcher.semver import is_release, minor_line, order

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """One file of a certified release: its hash as published, and after each combination of rules."""

    sha256: str
    after: dict[str, dict[str, str]]

    def expected(self, style: str, rules: Iterable[str]) -> str | None:
        """The hash after `rules` in `style`, or None when that combination is not recorded."""
        return self.after.get(style, {}).get(combination(rules))

    def rules(self, style: str) -> frozenset[str]:
        """The rules that rewrite this file in `style`."""
        return frozenset(rule for rules in self.after.get(style, {}) for rule in rules.split())

    def is_result(self, sha256: str) -> bool:
        """Whether some recorded rewrite of this file has this hash."""
        return any(sha256 == known for styles in self.after.values() for known in styles.values())


def combination(rules: Iterable[str]) -> str:
    """The key of a set of rules in the ledger: their ids, sorted, with spaces between."""
    return " ".join(sorted(rules))


def ledger_path(package: str, version: str, folder: Path | None = None) -> Path:
    """The file that holds the release, whether or not it is certified."""
    return (folder or data_folder("patches")) / package.replace("/", "+") / f"{minor_line(version)}.json"


@cache
def read_ledger(path: Path) -> dict[str, Any]:
    """The releases in one ledger file; none when it does not exist.

    Raises:
        NextfixError: DEFECT when the file is damaged.
    """
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise NextfixError(
            ExitCode.DEFECT, f"damaged: {error}", path=path, hint="reinstall nextfix"
        ) from error
    releases = data.get("releases")
    return releases if isinstance(releases, dict) else {}


def certified_files(package: str, version: str) -> dict[str, LedgerFile] | None:
    """The files of a certified release by their path, or None when the release is not certified."""
    if not is_release(version):
        return None
    release = read_ledger(ledger_path(package, version)).get(version)
    if release is None:
        return None
    return {path: _file(entry) for path, entry in release["files"].items()}


def _file(entry: dict[str, Any]) -> LedgerFile:
    after = {
        style: {rules: result["sha256"] for rules, result in results.items()}
        for style, results in entry["rewrites"].items()
    }
    return LedgerFile(entry["sha256"], after)


def certified_releases(package: str, folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Every certified release of `package` with what the ledger holds of it, in order."""
    lines = ledger_path(package, "0.0", folder).parent.glob("*.json")
    found = {version: entry for path in lines for version, entry in read_ledger(path).items()}
    return {version: found[version] for version in sorted(found, key=order)}


def newest_certified(package: str) -> str:
    """The newest release of `package` in the ledger; empty when there is none."""
    folder = data_folder("patches") / package.replace("/", "+")
    lines = sorted(folder.glob("*.json"), key=lambda path: tuple(int(part) for part in path.stem.split(".")))
    releases = read_ledger(lines[-1]) if lines else {}
    return max(releases, key=order, default="")


def record_release(package: str, version: str, entry: Mapping[str, Any], folder: Path | None = None) -> Path:
    """Put one release into the ledger, in the place of what was there of it; the file that holds it.

    Raises:
        NextfixError: FILES when the ledger cannot be written, DEFECT when its file is damaged.
    """
    path = ledger_path(package, version, folder)
    make_folder(path.parent)
    read_ledger.cache_clear()
    releases = {**read_ledger(path), version: entry}
    data = {
        "schema": SCHEMA,
        "package": package,
        "releases": {v: releases[v] for v in sorted(releases, key=order)},
    }
    write_file(path, (rendered(data) + "\n").encode())
    read_ledger.cache_clear()
    return path


def rendered(value: Any, indent: str = "") -> str:
    """`value` as JSON that a diff shows well: an object of plain values stands on one line, others on several."""
    if not isinstance(value, Mapping):
        return json.dumps(value)
    if not any(isinstance(item, Mapping) for item in value.values()):
        return json.dumps(value)
    deeper = indent + " "
    lines = (f"{deeper}{json.dumps(key)}: {rendered(item, deeper)}" for key, item in value.items())
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
