"""Projects of our own writing that real package managers install, and what Node finds in them."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.delivery.tools import TOOLS, environment

# Two releases at once: one whose next.js ends without a newline, one whose runtime is a minified bundle.
RELEASES = {"old": "13.2.4", "new": "14.2.3"}
FILES = {
    "old": ("dist/server/next.js", "dist/shared/lib/loadable.js"),
    "new": ("dist/server/next.js", "dist/compiled/next-server/pages.runtime.prod.js"),
}
INSTALL = {
    "npm": ["npm", "install", "--ignore-scripts", "--omit=optional"],
    "pnpm": ["pnpm", "install", "--ignore-scripts", "--no-optional", "--no-frozen-lockfile"],
    "bun": ["bun", "install", "--ignore-scripts", "--omit=optional"],
    "yarn": ["yarn", "install", "--mode=skip-build", "--no-immutable"],
}
FROZEN = {
    "npm": ["npm", "ci", "--ignore-scripts", "--omit=optional"],
    "pnpm": ["pnpm", "install", "--ignore-scripts", "--no-optional", "--frozen-lockfile"],
    "bun": ["bun", "install", "--ignore-scripts", "--omit=optional", "--frozen-lockfile"],
    "yarn": ["yarn", "install", "--mode=skip-build", "--immutable"],
}


def run(command: list[str], folder: Path, *, code: int | None = 0, tools: Mapping[str, str] = TOOLS) -> str:
    """Run `command` of `tools` in `folder` and return what it printed; its exit code must be `code`."""
    result = subprocess.run(
        command, cwd=folder, env=environment(tools), capture_output=True, text=True, timeout=300, check=False
    )
    output = f"{result.stdout}\n{result.stderr}"
    assert code is None or result.returncode == code, f"{' '.join(command)}: {result.returncode}\n{output}"
    return output


def nextfix(*arguments: str, folder: Path, code: int = 0, tools: Mapping[str, str] = TOOLS) -> str:
    """Run nextfix in `folder`, where the package managers are those of `tools`."""
    return run([sys.executable, "-m", "patcher", *arguments], folder, code=code, tools=tools)


def workspace(root: Path, **fields: object) -> Path:
    """A workspace of two packages, each with its own release of next; `fields` go into the root's package.json."""
    manifest = {"name": "own", "version": "1.0.0", "private": True, "workspaces": ["apps/*"], **fields}
    root.mkdir(parents=True, exist_ok=True)
    (root / "package.json").write_text(json.dumps(manifest, indent="\t") + "\n")
    for name, release in RELEASES.items():
        app = root / "apps" / name
        app.mkdir(parents=True)
        dependencies = {"next": release, "react": "18.2.0", "react-dom": "18.2.0"}
        text = json.dumps({"name": name, "version": "1.0.0", "private": True, "dependencies": dependencies})
        (app / "package.json").write_text(text)
    return root


_HASH = (
    "const fs=require('fs'),c=require('crypto');"
    "console.log(c.createHash('sha256').update(fs.readFileSync(require.resolve('next/'+process.argv[1])))"
    ".digest('hex'))"
)


def executed(root: Path, manager: str) -> dict[str, str]:
    """The hash of each file that Node would execute in each app, as Node itself resolves it."""
    node = ["yarn", "node"] if manager == "yarn" else ["node"]
    found = {}
    for name, files in FILES.items():
        for file in files:
            output = run([*node, "-e", _HASH, file], root / "apps" / name)
            found[f"{name}/{file}"] = output.split()[0]
    return found
