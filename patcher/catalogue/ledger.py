"""patches/, the ledger: for each certified release the hash of each file before and after each rule and style.

One JSON file holds the releases of one line (`18.json` of a major one, `13.1.json` of a minor one; the record of the
package says which). It holds facts only, no code. A file that is the same as in an earlier release of the line is
recorded as that release's version; results that are the same in every style are recorded once, as `*`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from patcher.catalogue.load import data_folder, package_record, packages
from patcher.disk.write import make_folder, write_file
from patcher.errors import ExitCode, NextfixError
from patcher.semver import minor_line, order

SCHEMA = 2
EVERY_STYLE = "*"


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """One file of a certified release: its hash as published, and after each combination of rules."""

    sha256: str
    after: dict[str, dict[str, str]]

    def expected(self, style: str, rules: Iterable[str]) -> str | None:
        """The hash after `rules` in `style`, or None when that combination is not recorded."""
        return self._results(style).get(combination(rules))

    def rules(self, style: str) -> frozenset[str]:
        """The rules that rewrite this file in `style`."""
        return frozenset(rule for rules in self._results(style) for rule in rules.split())

    def _results(self, style: str) -> dict[str, str]:
        return self.after.get(style, self.after.get(EVERY_STYLE, {}))


def combination(rules: Iterable[str]) -> str:
    """The key of a set of rules in the ledger: their ids, sorted, with spaces between."""
    return " ".join(sorted(rules))


def ledger_path(package: str, version: str, folder: Path | None = None) -> Path:
    """The file that holds the release, whether or not it is certified."""
    line = minor_line(version)
    if package not in packages() or package_record(package).ledger_line == "major":
        line = line.partition(".")[0]
    return _package_folder(package, folder) / f"{line}.json"


def _package_folder(package: str, folder: Path | None = None) -> Path:
    return (folder or data_folder("patches")) / package.replace("/", "+")


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
    return _expanded(releases) if isinstance(releases, dict) else {}


def _expanded(releases: dict[str, Any]) -> dict[str, Any]:
    """The releases with every file written out."""
    found: dict[str, Any] = {}
    for version, entry in releases.items():
        files = {
            path: found[file]["files"][path] if isinstance(file, str) else file
            for path, file in entry["files"].items()
        }
        found[version] = {**entry, "files": files}
    return found


def shortened(releases: Mapping[str, Any]) -> dict[str, Any]:
    """The releases with each file that an earlier one has alike written as that one's version."""
    first: dict[tuple[str, str], str] = {}
    found: dict[str, Any] = {}
    for version, entry in releases.items():
        files = {}
        for path, file in entry["files"].items():
            same = first.setdefault((path, json.dumps(file)), version)
            files[path] = file if same == version else same
        found[version] = {**entry, "files": files}
    return found


def certified_files(package: str, version: str) -> dict[str, LedgerFile] | None:
    """The files of a certified release by their path, or None when the release is not certified."""
    release = _release(package, version)
    if release is None:
        return None
    return {path: _file(entry) for path, entry in release["files"].items()}


def _release(package: str, version: str) -> Any:
    """What the ledger holds of a release, or None; whatever lines its files are of, so that no rule is loaded."""
    line = minor_line(version)
    if not line.replace(".", "").isdigit():
        return None
    for name in (line, line.partition(".")[0]):
        found = read_ledger(_package_folder(package) / f"{name}.json").get(version)
        if found is not None:
            return found
    return None


def _file(entry: dict[str, Any]) -> LedgerFile:
    after = {
        style: {rules: result["sha256"] for rules, result in results.items()}
        for style, results in entry["rewrites"].items()
    }
    return LedgerFile(entry["sha256"], after)


def certified_releases(package: str, folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Every certified release of `package` with what the ledger holds of it, in order."""
    lines = _package_folder(package, folder).glob("*.json")
    found = {version: entry for path in lines for version, entry in read_ledger(path).items()}
    return {version: found[version] for version in sorted(found, key=order)}


def rules_of_entry(entry: Mapping[str, Any]) -> frozenset[str]:
    """The rules that rewrite a file of a release, by what the ledger holds of it."""
    return frozenset(
        rule
        for file in entry["files"].values()
        for results in file["rewrites"].values()
        for rules in results
        for rule in rules.split()
    )


def newest_certified(package: str) -> str:
    """The newest release of `package` in the ledger; empty when there is none."""
    folder = _package_folder(package)
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
        "releases": shortened({v: releases[v] for v in sorted(releases, key=order)}),
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
