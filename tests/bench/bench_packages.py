"""nextfix apply on 15 packages in 30 copies against patch-package with as many patches: first run and second run.

Each package stands at the top and once more below another one. Needs hyperfine and npm. Run:
python tests/bench/bench_packages.py
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from patcher.catalogue.ledger import certified_releases
from tests.bench.bench_apply import NEXTFIX, report, run

PACKAGES = (
    "@aws/lambda-invoke-store",
    "@sentry/node-core",
    "@smithy/core",
    "@smithy/node-http-handler",
    "bottleneck",
    "cacheable-lookup",
    "gaxios",
    "gcp-metadata",
    "google-auth-library",
    "h3",
    "kysely",
    "langsmith",
    "opossum",
    "stripe",
    "tarn",
)


def main() -> None:
    """Make an app with the copies and a patch for each, then time both tools on it."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # pip compiles what it installs
    if not shutil.which("hyperfine"):
        sys.exit("hyperfine is missing: apt-get install hyperfine")
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder)
        (app / "package.json").write_text('{"name": "app", "version": "1.0.0", "private": true}')
        named = [f"{name}@{list(certified_releases(name))[-1]}" for name in PACKAGES]
        options = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact"]
        run(["npm", "install", *options, *named, "patch-package"], app)
        spread(app)
        run([NEXTFIX, "export", "--to", "patch-package", "--write"], app)
        patches = list((app / "patches").glob("*.patch"))
        print(f"{len(patches)} patches")
        report(app)


def spread(app: Path) -> None:
    """Put a second copy of each package below another one, as npm does where two want different releases."""
    holder = app / "node_modules" / "holder"
    holder.mkdir()
    (holder / "package.json").write_text(json.dumps({"name": "holder", "version": "1.0.0"}))
    for name in PACKAGES:
        shutil.copytree(app / "node_modules" / name, holder / "node_modules" / name)


if __name__ == "__main__":
    main()
