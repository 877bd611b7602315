"""What of an application's own source a server runs: its entries by convention or by import, and what they reach."""

import json
from pathlib import Path

import pytest

from patcher.scan.server_code import ServerCode

_MEMO = "let p; export function get() { p ??= load().then((x) => x); return p }\n"


def served(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch, **needs: str) -> set[str]:
    """Which of `files` a server runs in a project with these dependencies."""
    manifest = {"name": "app", "private": True, "dependencies": needs}
    for name, text in {"package.json": json.dumps(manifest), **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.chdir(folder)
    code = ServerCode([name for name in files if not name.endswith(".json")])
    return {name for name in files if not name.endswith(".json") and code.runs(name)}


def test_what_a_server_reaches_runs_and_what_only_a_page_reaches_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "src/server.ts": "import express from 'express'\nimport { get } from './db.js'\n",
        "src/db.ts": _MEMO,
        "src/page.ts": _MEMO,
        "src/server.test.ts": "import express from 'express'\nimport './page'\n",
    }
    assert served(tmp_path, files, monkeypatch, express="5") == {"src/server.ts", "src/db.ts"}


@pytest.mark.parametrize(
    ("needed", "entry"),
    [
        ("next", "app/api/x/route.ts"),
        ("next", "src/app/page.tsx"),
        ("next", "pages/api/x.ts"),
        ("next", "instrumentation.ts"),
        ("next", "middleware.ts"),
        ("nuxt", "server/api/x.get.ts"),
        ("@sveltejs/kit", "src/routes/+page.server.ts"),
        ("@sveltejs/kit", "src/hooks.server.ts"),
        ("@remix-run/node", "app/routes/x.tsx"),
        ("astro", "src/pages/x.ts"),
    ],
)
def test_a_framework_names_its_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, needed: str, entry: str
) -> None:
    above = "../" * entry.count("/")
    files = {entry: f"import {{ get }} from './{above}lib/db'\n", "lib/db.ts": _MEMO, "lib/other.ts": _MEMO}
    assert served(tmp_path, files, monkeypatch, **{needed: "1"}) == {entry, "lib/db.ts"}


@pytest.mark.parametrize(
    "source",
    [
        "'use client'\n" + _MEMO,
        "import { useEffect } from 'react'\nexport function useX() { useEffect(() => { get() }) }\n" + _MEMO,
        "window.addEventListener('x', () => get())\n" + _MEMO,
        "import { openDB } from 'idb'\n" + _MEMO,
        "const el = document.createElement('p')\n" + _MEMO,
    ],
)
def test_what_only_a_page_can_run_ends_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    files = {
        "app/page.tsx": "import './view'\n",
        "app/view.tsx": source + "import '../lib/db'\n",
        "lib/db.ts": _MEMO,
    }
    assert served(tmp_path, files, monkeypatch, next="16", react="19") == {"app/page.tsx"}


@pytest.mark.parametrize(
    "source",
    [
        "export const f = (document) => document.title\n" + _MEMO,
        "const isServer = typeof window === 'undefined'; if (!isServer) window.x = 1\n" + _MEMO,
        "function rate(window) { return window.size }\n" + _MEMO,
        "// window.location is not used here\n" + _MEMO,
    ],
)
def test_a_word_of_the_page_that_means_something_else_does_not_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    files = {"app/page.tsx": "import '../lib/db'\n", "lib/db.ts": source}
    assert served(tmp_path, files, monkeypatch, next="16") == {"app/page.tsx", "lib/db.ts"}


def test_aliases_and_workspace_names_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "web/package.json": json.dumps({"name": "web", "dependencies": {"next": "16"}}),
        "web/tsconfig.json": '{ "compilerOptions": { // aliases\n "paths": { "@lib/*": ["./lib/*"], } } }',
        "web/app/route.ts": "import '@lib/a'\nimport { b } from '@scope/b'\nimport '@scope/b/extra'\n",
        "web/lib/a.ts": _MEMO,
        "b/package.json": json.dumps({"name": "@scope/b", "main": "dist/index.js"}),
        "b/src/index.ts": _MEMO,
        "b/src/extra.ts": _MEMO,
        "b/src/unused.ts": _MEMO,
    }
    found = served(tmp_path, files, monkeypatch)
    assert found == {"web/app/route.ts", "web/lib/a.ts", "b/src/index.ts", "b/src/extra.ts"}


def test_where_no_entry_is_found_every_file_counts_but_those_of_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"src/a.ts": _MEMO, "src/b.tsx": "'use client'\n" + _MEMO}
    assert served(tmp_path, files, monkeypatch) == {"src/a.ts"}


def test_the_file_that_a_script_starts_is_an_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "svc").mkdir()
    files = {
        "svc/package.json": json.dumps(
            {"name": "svc", "scripts": {"start": "node --enable-source-maps dist/main.js"}}
        ),
        "svc/src/main.ts": "import './db'\n",
        "svc/src/db.ts": _MEMO,
        "svc/src/other.ts": _MEMO,
    }
    assert served(tmp_path, files, monkeypatch) == {"svc/src/main.ts", "svc/src/db.ts"}


@pytest.mark.parametrize("folder", ["packages/cli-v3", "packages/my-cli", "packages/dev-env", "cli"])
def test_a_command_line_and_a_development_environment_serve_no_requests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    files = {
        "src/server.ts": "import express from 'express'\n",
        f"{folder}/src/preview.ts": "import express from 'express'\n" + _MEMO,
    }
    assert served(tmp_path, files, monkeypatch, express="5") == {"src/server.ts"}


def test_a_server_in_a_package_with_another_name_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"packages/client-api/src/server.ts": "import express from 'express'\n" + _MEMO}
    assert served(tmp_path, files, monkeypatch, express="5") == set(files)


@pytest.mark.parametrize(
    ("head", "runs"),
    [
        ("import WebSocket from 'ws'\nconst socket = new WebSocket(url)\n", False),
        ("import { WebSocketServer } from 'ws'\nnew WebSocketServer({ port: 1 })\n", True),
        ("const WebSocket = require('ws')\nnew WebSocket.Server({ port: 1 })\n", True),
    ],
)
def test_who_only_connects_to_a_socket_serves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str, runs: bool
) -> None:
    files = {
        "api.ts": "import 'express'\n",
        "client/push.ts": head + "import '../memo.js'\n",
        "memo.ts": _MEMO,
    }
    assert ("memo.ts" in served(tmp_path, files, monkeypatch, express="5", ws="8")) is runs


def test_a_folder_that_is_loaded_by_computed_names_brings_no_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "server.js": "const express = require('express')\nfor (const name of names) require(`./${name}`)\n",
        "plugins/cache.js": _MEMO,
        "test/cache.js": _MEMO,
        "plugins/cache.test.js": _MEMO,
    }
    assert served(tmp_path, files, monkeypatch, express="5") == {"server.js", "plugins/cache.js"}


def test_without_an_entry_tests_and_scripts_are_no_server_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"lib/memo.js": _MEMO, "test/memo.js": _MEMO, "docs/assets/main.js": _MEMO}
    assert served(tmp_path, files, monkeypatch) == {"lib/memo.js"}
