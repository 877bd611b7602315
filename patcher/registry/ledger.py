"""patches/, the ledger: for each certified release the hash of each file before and after each rule and style.

One JSON file holds the releases of one minor line (`patches/next/13.1.json`). It holds facts only, no code.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from patcher.errors import ExitCode, NextfixError
from patcher.packages.release import is_release, order
from patcher.registry.catalogue import data_folder

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """One file of a certified release: its hash as published, and after each combination of rules."""

    sha256: str
    after: dict[str, dict[str, str]]

    def expected(self, style: str, rules: Iterable[str]) -> str | None:
        """The hash after `rules` in `style`, or None when that combination is not recorded."""
        return self.after.get(style, {}).get(combination(rules))

    def is_result(self, sha256: str) -> bool:
        """Whether some recorded rewrite of this file has this hash."""
        return any(sha256 == known for styles in self.after.values() for known in styles.values())


def combination(rules: Iterable[str]) -> str:
    """The key of a set of rules in the ledger: their ids, sorted, with spaces between."""
    return " ".join(sorted(rules))


def ledger_path(package: str, version: str, folder: Path | None = None) -> Path:
    """The file that holds the release, whether or not it is certified."""
    minor = ".".join(version.split(".")[:2])
    return (folder or data_folder("patches")) / package.replace("/", "+") / f"{minor}.json"


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


def newest_certified(package: str) -> str:
    """The newest release of `package` in the ledger; empty when there is none."""
    folder = data_folder("patches") / package.replace("/", "+")
    lines = sorted(folder.glob("*.json"), key=lambda path: tuple(int(part) for part in path.stem.split(".")))
    releases = read_ledger(lines[-1]) if lines else {}
    return max(releases, key=order, default="")
