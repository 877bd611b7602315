"""A real app of Next with packages that keep requests, built and started as installed and after `apply --scope deps`:

    python -m tests.detached.deps_app          # some minutes: one install, two builds

It prints what each page answers in both, which files were rewritten, and how many of the requests to
`/api/orders` stay.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.detached.packages import rewritten

PACKAGES = (
    "next@15.5.4",
    "react@19.1.1",
    "react-dom@19.1.1",
    "kysely@0.28.19",
    "source-map@0.7.6",
    "openai@6.49.0",
    "h3@1.15.11",
)
PAGES = ("/", "/api/orders", "/api/kept")
FILES = {
    "package.json": '{"name": "deps-app", "private": true}\n',
    "next.config.mjs": "export default { serverExternalPackages: ['source-map', 'openai'] }\n",
    "app/layout.js": "export default function Layout({ children }) { return <html><body>{children}</body></html> }\n",
    "app/page.js": """
import { SourceMapGenerator } from 'source-map'
export const dynamic = 'force-dynamic'
export default function Page() { return <p>{new SourceMapGenerator({ file: 'a.js' }).toString()}</p> }
""",
    "lib/kept.js": """
import { AsyncLocalStorage } from 'node:async_hooks'
const all = (globalThis[Symbol.for('kept')] ??= { storage: new AsyncLocalStorage(), seen: [] })
export function traced(handler) {
  return () => {
    const store = {}
    all.seen.push(new WeakRef(store))
    return all.storage.run(store, handler)
  }
}
export const kept = () => all.seen.filter((seen) => seen.deref()).length
""",
    "app/api/orders/route.js": """
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { SourceMapConsumer } from 'source-map'
import { traced } from '../../../lib/kept.js'
export const dynamic = 'force-dynamic'
const database = new Kysely({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})
const map = { version: 3, file: 'a.js', sources: ['b.js'], names: [], mappings: 'AAAA' }
export const GET = traced(async () => {
  const rows = await database.selectFrom('person').selectAll().execute()
  const place = { line: 1, column: 0 }
  const source = await SourceMapConsumer.with(map, null, (consumer) => consumer.originalPositionFor(place))
  return Response.json({ rows, source })
})
""",
    "app/api/kept/route.js": """
import { kept } from '../../../lib/kept.js'
export const dynamic = 'force-dynamic'
export async function GET() {
  for (let round = 0; round < 10; round++) {
    await new Promise((done) => setTimeout(done, 30))
    globalThis.gc()
  }
  return Response.json({ kept: kept() })
}
""",
}


@dataclass(frozen=True)
class Answer:
    """What a page answers."""

    status: int
    body: str


def installed(folder: Path) -> Path:
    """The app, with its packages, in `folder`."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.lstrip("\n"))
    flags = ["--no-audit", "--no-fund", "--silent", "--save-exact"]
    subprocess.run(["npm", "install", *flags, *PACKAGES], cwd=folder, check=True, timeout=1200)
    return folder


def applied(app: Path, *command: str) -> None:
    """Run `nextfix` with `command` in an app."""
    subprocess.run(
        [sys.executable, "-m", "patcher", *command], cwd=app, check=True, capture_output=True, timeout=1200
    )


def answers(app: Path) -> dict[str, list[Answer]]:
    """Build an app, start it, and ask each page three times over; what it said of each, in order."""
    environment = {**os.environ, "NEXT_TELEMETRY_DISABLED": "1"}
    next_bin = str(app / "node_modules/next/dist/bin/next")
    shutil.rmtree(app / ".next", ignore_errors=True)
    subprocess.run(
        ["node", next_bin, "build"], cwd=app, env=environment, check=True, capture_output=True, timeout=1200
    )
    with _started(app, next_bin, environment) as port:
        return {page: [_ask(f"http://127.0.0.1:{port}{page}") for _ in range(3)] for page in PAGES}


@contextmanager
def _started(app: Path, next_bin: str, environment: dict[str, str]) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["node", "--expose-gc", next_bin, "start", "-H", "127.0.0.1", "-p", str(port)]
    with open(app / "server.log", "w") as log:
        server = subprocess.Popen(command, cwd=app, env=environment, stdout=log, stderr=log)
    try:
        for _ in range(240):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.5)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _ask(url: str) -> Answer:
    try:
        with urllib.request.urlopen(url, timeout=60) as said:
            return Answer(said.status, said.read().decode())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read().decode())


def main() -> None:
    """Print what the app answers before and after."""
    with tempfile.TemporaryDirectory() as folder:
        app = installed(Path(folder))
        before = answers(app)
        applied(app, "apply", "--scope", "deps")
        files = [str(file.relative_to(app)) for file in rewritten(app)]
        after = answers(app)
    print(*files, sep="\n")
    for page in PAGES:
        last = before[page][-1], after[page][-1]
        print(json.dumps({"page": page, "before": last[0].body[-200:], "after": last[1].body[-200:]}))


if __name__ == "__main__":
    main()
