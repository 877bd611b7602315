"""Known vulnerabilities in what the lock pins: `python -m tests.audit PIP-AUDIT`, with the path of a pip-audit.

A finding ends with 1. Where the advisories cannot be had, that is said for each package, loudly, and ends with 0: a
change is not at fault for a network that is not there, and nobody shall believe that it was looked at.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).with_name("requirements.lock")


def verdict(report: str, error: str) -> tuple[int, str]:
    """The exit code and what to say, from what pip-audit wrote as JSON (empty when it wrote none) and told.

    Raises:
        ValueError: the report is not pip-audit's.
    """
    if not report:
        last = error.strip().rpartition("\n")[2]
        return 0, f"NOT AUDITED: pip-audit could not get its data: {last}"
    packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    bad = [package for package in packages if package.get("vulns")]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    lines = [
        f"VULNERABLE: {package['name']} {package['version']}: {found['id']}, fixed in "
        f"{', '.join(found.get('fix_versions', ())) or 'no release'}"
        for package in bad
        for found in package["vulns"]
    ]
    if unknown:
        names = ", ".join(unknown)
        lines.append(f"NOT AUDITED: no data here for {len(unknown)} of {len(packages)} packages: {names}")
    lines.append(
        f"audited: {len(packages) - len(unknown)} of {len(packages)} packages, {len(bad)} vulnerable"
    )
    return (1 if bad else 0), "\n".join(lines)


def main() -> None:
    """Audit the lock with the pip-audit that the first argument names."""
    options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]
    command = [sys.argv[1], *options, "--requirement", str(LOCK)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    code, text = verdict(ran.stdout, ran.stderr)
    print(text, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
