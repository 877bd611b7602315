"""The real package managers, each of a fixed version, installed once into the cache of the tests."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock

TOOLS = {
    "node": "24.21.0",
    "npm": "12.2.0",
    "pnpm": "10.34.9",
    "bun": "1.4.5",
    "@yarnpkg/cli-dist": "4.18.1",
    "patch-package": "8.0.1",
}
OLDER = {"npm": "11.19.1", "pnpm": "9.15.9", "yarn": "1.22.22"}
# They compile what Node loads, each in its own way, beside the preload.
LOADERS = {
    "tsx": "4.23.15",
    "ts-node": "10.9.2",
    "typescript": "5.9.3",
    "@swc-node/register": "1.10.10",
    "@swc/core": "1.16.22",
}


def cache() -> Path:
    """Where tests keep what they fetch: NEXTFIX_TEST_CACHE, else ~/.cache/nextfix-tests."""
    return Path(os.environ.get("NEXTFIX_TEST_CACHE") or Path.home() / ".cache" / "nextfix-tests")


def tools_folder(tools: Mapping[str, str] = TOOLS) -> Path:
    """The node_modules/.bin with all of `tools`; npm verifies each package by its lock's integrity."""
    key = hashlib.sha256(json.dumps(tools).encode()).hexdigest()[:12]
    folder = cache() / f"tools-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        if not (folder / "done").is_file():
            (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": tools}))
            npm = shutil.which("npm") or "npm"
            command = [npm, "install", "--no-audit", "--no-fund", "--prefer-offline"]
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            (folder / "done").touch()
    return folder / "node_modules" / ".bin"


def environment(tools: Mapping[str, str] = TOOLS) -> dict[str, str]:
    """An environment in which the tools come first, and nothing asks, reports or phones home."""
    return {
        **os.environ,
        "PATH": f"{tools_folder(tools)}{os.pathsep}{os.environ['PATH']}",
        "CI": "1",
        "NO_COLOR": "1",
        "YARN_ENABLE_TELEMETRY": "0",
        "NEXT_TELEMETRY_DISABLED": "1",
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_prefer_offline": "true",
        "npm_config_update_notifier": "false",
    }
