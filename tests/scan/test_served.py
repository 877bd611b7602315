"""Which files of dependencies are not read, and which findings are only notes."""

import pytest

from patcher.analysis.browser import uses_browser
from patcher.scan.served import is_quiet, unserved

UNSERVED = [
    "node_modules/typescript/lib/typescript.js",
    "node_modules/@babel/core/lib/index.js",
    "node_modules/eslint-plugin-react/lib/rules/jsx.js",
    "node_modules/next/dist/compiled/webpack/bundle5.js",
    "node_modules/a/node_modules/jest-worker/build/index.js",
    "node_modules/react-dom/cjs/react-dom-server.node.development.js",
    "node_modules/mongoose/dist/browser.umd.js",
    "node_modules/ajv/dist/ajv.min.js",
    "node_modules/pg/test/unit/client.js",
    "node_modules/@scope/pg/__tests__/client.js",
    "node_modules/rxjs/src/internal/Observable.ts",
]
SERVED = [
    "node_modules/next/dist/server/next.js",
    "node_modules/next/dist/compiled/next-server/next-server.js",
    "node_modules/react-dom/cjs/react-dom-server.node.production.js",
    "node_modules/test/index.js",
    "node_modules/@test/examples/index.js",
    "node_modules/browser/lib/main.js",
    "node_modules/vite/dist/node/index.js",
    "node_modules/next/dist/bin/next",
    "examples/tests/app/node_modules/pg/lib/client.js",
]


@pytest.mark.parametrize("path", UNSERVED)
def test_what_no_server_runs_is_not_read(path: str) -> None:
    assert unserved(path)


@pytest.mark.parametrize("path", SERVED)
def test_what_a_server_may_run_is_read_whatever_stands_above_it(path: str) -> None:
    assert not unserved(path)


def test_a_test_of_one_s_own_is_worth_a_note() -> None:
    assert is_quiet("src/tests/memo.js")
    assert not is_quiet("src/memo.js")


@pytest.mark.parametrize(
    ("source", "browser"),
    [
        (b"const name = window.name", True),
        (b"const ok = typeof window !== 'undefined' && typeof window.fetch === 'function'", False),
        (b"const name = process.title", False),
    ],
)
def test_what_asks_whether_there_is_a_window_is_no_code_for_browsers_alone(
    source: bytes, browser: bool
) -> None:
    assert uses_browser(source) is browser
