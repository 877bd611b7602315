"""The experiment on a server of our own writing over next 13.0.7, as each package manager installs it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from patcher.prove.events import Progress
from patcher.prove.own import OwnApp, run_own
from patcher.prove.stage import Stage

SERVER = """
const { AsyncLocalStorage } = require("async_hooks");
const { createServer } = require("http");
const next = require("next");
const { name } = require("@shop/lib");
const storage = new AsyncLocalStorage();
const app = (next.default ?? next)({ dev: false, dir: __dirname, conf: {} });
app.createServer = async () => ({ getRequestHandler: () => async (_req, res) => res.end(name), prepare() {} });
app.loadConfig = async () => ({ experimental: {} });
createServer((req, res) => storage.run({ req }, () => app.getServerRequestHandler().then((handle) => handle(req, res))))
  .listen(Number(process.env.PORT), "127.0.0.1");
"""
NEXT = {"next": "13.0.7", "react": "18.2.0", "react-dom": "18.2.0"}
INSTALL = {
    "npm": ["npx", "--yes", "npm@10", "install", "--ignore-scripts", "--no-audit", "--no-fund"],
    "pnpm": ["npx", "--yes", "pnpm@9", "install", "--ignore-scripts"],
    "yarn-classic": ["npx", "--yes", "yarn@1.22.22", "install", "--ignore-scripts", "--silent"],
    "yarn-berry": ["npx", "--yes", "@yarnpkg/cli-dist@4", "install", "--mode=skip-build"],
}


def workspace(folder: Path, manager: str) -> Path:
    """A workspace with a server and a package that it needs; returns the server's folder."""
    linked = "workspace:*" if manager in ("pnpm", "yarn-berry") else "*"
    web, lib = folder / "packages" / "web", folder / "packages" / "lib"
    web.mkdir(parents=True)
    lib.mkdir()
    root = {"name": "shop", "private": True, "workspaces": ["packages/*"]}
    (folder / "package.json").write_text(json.dumps(root))
    (folder / "pnpm-workspace.yaml").write_text("packages: ['packages/*']\n")
    # Where CI is set, Yarn refuses to write the lock file of a workspace that is installed for the first time.
    (folder / ".yarnrc.yml").write_text(
        "nodeLinker: node-modules\nenableTelemetry: false\nenableImmutableInstalls: false\n"
    )
    (folder / "yarn.lock").write_text("")
    (lib / "package.json").write_text('{"name": "@shop/lib", "version": "1.0.0", "main": "index.js"}')
    (lib / "index.js").write_text("exports.name = 'shop';")
    needs = {**NEXT, "@shop/lib": linked}
    (web / "package.json").write_text(
        json.dumps({"name": "@shop/web", "version": "1.0.0", "dependencies": needs})
    )
    (web / "server.js").write_text(SERVER)
    return web


@pytest.mark.registry
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npx") is None, reason="needs Node.js and npm")
@pytest.mark.parametrize("manager", INSTALL)
def test_a_package_of_a_workspace_is_proved_with_what_it_links_to(manager: str, tmp_path: Path) -> None:
    web = workspace(tmp_path / "shop", manager)
    done = subprocess.run(
        INSTALL[manager], cwd=tmp_path / "shop", capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr

    with Stage() as stage:
        app = OwnApp(web, "node server.js", ("/a",), node="20", requests=3, growth=False)
        result = run_own(stage, app, Progress(lambda *_: None))

    assert result.retained("original") > 0
    assert result.retained("all rules") == 0
    assert result.subject["packages"]["next"] == "13.0.7"
    rules = {slot.said for each in result.measurements for slot in each.slots}
    assert "next/request-handler-promise" in rules
