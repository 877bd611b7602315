"""A real Next server: built standalone, patched by export or in place, started, and asked for a page."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.delivery.tools import environment
from tests.delivery.trees import nextfix, run

RELEASE = "13.1.6"
PAGE = (
    "import dynamic from 'next/dynamic'\nconst D = dynamic(() => import('../d'))\nexport default () => <D/>\n"
)
PAGE_DATA = "export async function getServerSideProps() { return { props: {} } }\n"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small application, installed and built with `output: standalone`, unpatched."""
    root = tmp_path_factory.mktemp("server")
    dependencies = {"next": RELEASE, "react": "18.2.0", "react-dom": "18.2.0"}
    (root / "package.json").write_text(json.dumps({"private": True, "dependencies": dependencies}, indent=2))
    (root / "next.config.js").write_text("module.exports = { output: 'standalone' }\n")
    (root / "pages").mkdir()
    (root / "pages" / "index.js").write_text(PAGE + PAGE_DATA)
    (root / "d.js").write_text("export default () => <b>loaded</b>\n")
    run(["npm", "install", "--ignore-scripts"], root)
    run(["npx", "next", "build"], root)
    return root


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(command: list[str], folder: Path, **extra: str) -> tuple[str, str]:
    """What the server answers to one request, and what it wrote to stderr."""
    port = free_port()
    variables = {**environment(), "PORT": str(port), "HOSTNAME": "127.0.0.1", **extra}
    server = subprocess.Popen(command, cwd=folder, env=variables, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as response:
                    page = response.read().decode()
                break
            except OSError:
                assert time.monotonic() < deadline
                assert server.poll() is None
                time.sleep(0.2)
    finally:
        os.kill(server.pid, signal.SIGTERM)
        _, errors = server.communicate(timeout=20)
    return page, errors


def test_the_preload_serves_a_standalone_build_and_touches_nothing(app: Path) -> None:
    nextfix("export", "--to", "require-hook", "--write", folder=app)
    standalone = app / ".next" / "standalone"
    before = (standalone / "node_modules/next/dist/shared/lib/loadable.js").read_bytes()

    page, errors = answers(
        ["node", "--require", str(app / "nextfix-hook.cjs"), "server.js"], standalone, NEXTFIX_HOOK="log"
    )

    assert "<b>loaded</b>" in page
    assert "standalone/node_modules/next/dist/shared/lib/loadable.js" in errors
    assert (standalone / "node_modules/next/dist/shared/lib/loadable.js").read_bytes() == before


def test_copies_in_a_standalone_build_are_found_rewritten_and_serve(app: Path) -> None:
    found = json.loads(nextfix("status", "--json", folder=app, code=1).partition("\n\n")[0])["copies"]
    assert [(copy["path"], copy["layout"]) for copy in found] == [
        ("node_modules/next", "npm"),
        (".next/standalone/node_modules/next", "standalone"),
    ]
    file = app / ".next/standalone/node_modules/next/dist/shared/lib/loadable.js"
    before = file.read_bytes()

    nextfix("apply", folder=app)
    page, _ = answers(["node", "server.js"], app / ".next" / "standalone")

    assert "<b>loaded</b>" in page
    assert file.read_bytes() != before
    nextfix("revert", folder=app)
    assert file.read_bytes() == before


def test_next_starts_from_what_npm_has_patched(app: Path) -> None:
    nextfix("export", "--to", "npm", "--write", folder=app)
    run(["npm", "install", "--ignore-scripts"], app)
    assert "applied" in nextfix("status", "node_modules/next", folder=app)
    page, _ = answers(
        [
            "node",
            "-e",
            "const app=require('next')({dev:false,dir:'.'});app.prepare().then(()=>"
            "require('http').createServer(app.getRequestHandler()).listen(process.env.PORT,'127.0.0.1'))",
        ],
        app,
    )
    assert "<b>loaded</b>" in page
