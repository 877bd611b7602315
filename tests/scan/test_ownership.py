"""Who makes an object and who calls a function, in other files: what outlives a request is found, the rest is not."""

import shutil
import subprocess
from pathlib import Path

import pytest

from patcher.catalogue.load import families
from patcher.model import Finding, Severity
from patcher.scan.linked import Linked
from patcher.scan.pool import searching

_LOADER = """
export class Loader {
  async load() { return 1 }
  get() { return (this.pending ??= this.load()) }
}
"""
_FACTORY = """
async function load() { return 1 }
export function makeLoader() { let pending; return { get: () => (pending ??= load()) } }
"""
_KEYED = """
async function load(key) { return key }
export function sharedReads() { const seen = new Map()
  return (key) => { const known = seen.get(key); if (known) return known
    const pending = load(key); seen.set(key, pending); return pending } }
"""
_HANDLE = "import express from 'express'\n"

KEEPS = {
    "one instance of the module": {
        "loader.mjs": _LOADER,
        "handle.mjs": "import { Loader } from './loader.mjs'\nconst loader = new Loader()\n"
        "export const handle = () => loader.get()\n",
    },
    "an instance in a field of an object of the module, under another name": {
        "loader.mjs": _LOADER,
        "handle.mjs": "import { Loader as L } from './loader.mjs'\n"
        "class App { constructor() { this.loader = new L() } }\n"
        "const app = new App()\nexport const handle = () => app.loader.get()\n",
    },
    "a factory that is called when its caller is loaded": {
        "loader.mjs": _FACTORY,
        "handle.mjs": "import { makeLoader } from './loader.mjs'\nconst loader = makeLoader()\n"
        "export const handle = () => loader.get()\n",
    },
    "a cache that its caller keeps": {
        "loader.mjs": _KEYED,
        "handle.mjs": "import { sharedReads } from './loader.mjs'\nconst read = sharedReads()\n"
        "export const handle = () => read('a')\n",
    },
    "a memo that requests fill": {
        "loader.mjs": "let pending\nasync function load() { return 1 }\n"
        "export function warm() { pending ??= load(); return pending }\n",
        "handle.mjs": "import { warm } from './loader.mjs'\nexport const handle = () => warm()\n",
    },
}
KEEPS["a handler that a function registers when it is loaded"] = {
    "loader.mjs": "let pending\nasync function load() { return 1 }\n"
    "export function routes(app) { app.get('/', () => { pending ??= load(); return pending }) }\n",
    "handle.mjs": "import { routes } from './loader.mjs'\nlet run\nconst app = { get: (_, given) => { run = given } }\n"
    "routes(app)\nexport const handle = () => run()\n",
}
FREES = {
    "a static method that is called when a module is loaded": {
        "loader.mjs": """
const kept = new Map()
async function load(key) { return key }
function loadOnce(key) { if (!kept.has(key)) kept.set(key, load(key)); return kept.get(key) }
export class Keys { constructor(key) { this.key = key }
  static async create(key) { return new Keys(await loadOnce(key)) } }
""",
        "handle.mjs": "import { Keys } from './loader.mjs'\nconst keys = await Keys.create(1)\n"
        "export const handle = async () => keys.key\n",
    },
    "what a program starts at once and tries again by itself": {
        "loader.mjs": """
let kept
async function load() { return 1 }
export async function flags() {
  if (kept) return kept
  kept = load().catch((error) => { kept = undefined; again(); throw error })
  return kept
}
export async function warm() { await flags() }
function again() { setTimeout(() => { void flags().catch(() => {}) }, 1000) }
""",
        "handle.mjs": "import { warm } from './loader.mjs'\nawait warm()\nexport const handle = async () => 1\n",
    },
    "an instance for each call": {
        "loader.mjs": _LOADER,
        "handle.mjs": "import { Loader } from './loader.mjs'\n"
        "export async function handle() { const loader = new Loader(); return loader.get() }\n",
    },
    "an instance for each call, given to the caller's callback": {
        "loader.mjs": _LOADER,
        "handle.mjs": "import { Loader } from './loader.mjs'\n"
        "async function withLoader(use) { return await use(new Loader()) }\n"
        "export const handle = () => withLoader((loader) => loader.get())\n",
    },
    "a factory that each call asks": {
        "loader.mjs": _FACTORY,
        "handle.mjs": "import { makeLoader } from './loader.mjs'\n"
        "export async function handle() { const loader = makeLoader(); return loader.get() }\n",
    },
    "a cache for the reads of one call": {
        "loader.mjs": _KEYED,
        "handle.mjs": "import { sharedReads } from './loader.mjs'\n"
        "export async function handle() { const read = sharedReads(); await read('a'); return read('a') }\n",
    },
    "a memo that is filled while the program starts": {
        "loader.mjs": "let pending\nasync function load() { return 1 }\n"
        "export function warm() { pending ??= load(); return pending }\n",
        "handle.mjs": "import { warm } from './loader.mjs'\nwarm()\nexport const handle = () => warm()\n",
    },
}
_CACHE = """
export class Cache {
  constructor(ctx) { this.held = new Map() }
  get(key) {
    let p = this.held.get(key)
    if (p === undefined) { p = this.read(key); this.held.set(key, p) }
    return p
  }
  async read(key) { return key }
}
"""
# Its argument is called like a request; what counts is where the object goes.
KEEPS["an object that is made from a request and put into a map of the module"] = {
    "loader.mjs": _CACHE + "const all = { byName: new Map() }\nexport const caches = { of(ctx, name) {\n"
    "  let one = all.byName.get(name)\n"
    "  if (one === undefined) { one = new Cache(ctx); all.byName.set(name, one) }\n  return one } }\n",
    "handle.mjs": "import { caches } from './loader.mjs'\nexport const handle = (r) => caches.of(r, 'a').get('k')\n",
}
FREES["an object that is made from a request and for it"] = {
    "loader.mjs": _CACHE,
    "handle.mjs": "import { Cache } from './loader.mjs'\n"
    "export const handle = async (req) => { const cache = new Cache(req); return cache.get('k') }\n",
}
_CONNECTION = """
let opened
async function open() { return 1 }
export class Publisher {
  async connect() { this.pending ??= open(); await this.pending }
  send() { return this.pending }
}
"""
KEEPS["a method that an object calls which a request makes first"] = {
    "loader.mjs": _CONNECTION,
    "handle.mjs": "import { Publisher } from './loader.mjs'\n"
    "class Queue { constructor() { this.publisher = new Publisher(); this.publisher.connect() } }\n"
    "let queue\nexport const handle = () => { if (!queue) queue = new Queue(); return queue.publisher.send() }\n",
}
FREES["a method that only the constructor of an object of the module calls"] = {
    "loader.mjs": _CONNECTION,
    "handle.mjs": "import { Publisher } from './loader.mjs'\n"
    "class Queue { constructor() { this.publisher = new Publisher(); this.publisher.connect() } }\n"
    "const queue = new Queue()\nexport const handle = () => queue.publisher.send()\n",
}
_CLIENT = """
let pending
async function load() { return 1 }
export function client() { pending ??= load(); return pending }
"""
KEEPS["a memo that the constructor of an object for each request fills"] = {
    "loader.mjs": _CLIENT,
    "handle.mjs": "import { client } from './loader.mjs'\nclass Buffer { constructor() { this.client = client() } }\n"
    "export const handle = () => new Buffer().client\n",
}
FREES["a memo that the constructor of an object of the module fills, and requests ask"] = {
    "loader.mjs": _CLIENT,
    "handle.mjs": "import { client } from './loader.mjs'\nclass Buffer { constructor() { this.client = client() } }\n"
    "const buffer = new Buffer()\nexport const handle = async () => { await client(); return buffer.client }\n",
}
FREES["a memo that a field of an object of the module fills, and requests ask"] = {
    "loader.mjs": _CLIENT,
    "handle.mjs": "import { client } from './loader.mjs'\nclass Buffer { client = client() }\n"
    "const buffer = new Buffer()\nexport const handle = async () => { await client(); return buffer.client }\n",
}
_WATCHER = """
import fs from 'node:fs'
export class Watcher {
  open() { if (!this.watching) this.watching = fs.watch('.', { persistent: false }); return this.watching }
  close() { this.watching.close() }
}
"""
KEEPS["a watcher in an object of the module"] = {
    "loader.mjs": _WATCHER,
    "handle.mjs": "import { Watcher } from './loader.mjs'\nconst watcher = new Watcher()\n"
    "export const handle = async () => { watcher.open() }\n",
}
FREES["a watcher in an object for one use, which closes it"] = {
    "loader.mjs": _WATCHER,
    "handle.mjs": "import { Watcher } from './loader.mjs'\n"
    "export async function handle() { const one = new Watcher(); one.open(); one.close() }\n",
}
_POLL = """
let timer
const handler = async () => { timer = setTimeout(poll, 5); timer.unref() }
export function poll() { clearTimeout(timer); handler().catch(console.error) }
"""
KEEPS["two functions that start each other again, the first time for a request"] = {
    "loader.mjs": _POLL,
    "handle.mjs": "import { poll } from './loader.mjs'\nexport const handle = async () => { poll() }\n",
}
FREES["two functions that start each other again, the first time when the program starts"] = {
    "loader.mjs": _POLL,
    "handle.mjs": "import { poll } from './loader.mjs'\npoll()\nexport const handle = async () => 1\n",
}
HARNESS = """
import { AsyncLocalStorage } from 'node:async_hooks'
import { handle } from './handle.mjs'
const storage = new AsyncLocalStorage()
let seen
async function serve() { const request = {}; seen = new WeakRef(request); await storage.run(request, handle) }
await serve()
for (let i = 0; i < 5; i++) { await new Promise((done) => setTimeout(done, 20)); gc() }
console.log(seen.deref() === undefined ? 'free' : 'kept')
"""


def answer_of_node(folder: Path) -> str:
    """What `run.mjs` of a folder prints, on a Node whose promises keep a store; the test is skipped on another."""
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if int(version[1:].split(".")[0]) >= 24:
        pytest.skip(f"a promise keeps no store on Node {version.strip()}: the examples show nothing here")
    ran = subprocess.run(
        ["node", "--expose-gc", "run.mjs"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ran.stdout.strip()


def written(folder: Path, files: dict[str, str]) -> None:
    """The files of an example, with a server that imports its handler."""
    server = _HANDLE + "import { handle } from './handle.mjs'\nexpress().get('/', () => handle())\n"
    manifest = '{"name": "app", "dependencies": {"express": "5"}}'
    for name, text in {**files, "server.mjs": server, "package.json": manifest}.items():
        (folder / name).write_text(text)


def found(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> tuple[Finding, ...]:
    """What the analysis says of the files of an example, linked."""
    written(folder, files)
    monkeypatch.chdir(folder)
    own = [*files, "server.mjs"]
    with searching(own, families(), jobs=1) as search:
        return search.report(linked=Linked(own)).findings


@pytest.mark.parametrize("files", KEEPS.values(), ids=KEEPS)
def test_what_another_file_keeps_for_good_is_found_with_no_doubt_but_that_of_its_family(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str]
) -> None:
    findings = found(tmp_path, files, monkeypatch)
    (only,) = findings
    asked = families()[only.rule].asks_in_applications
    assert (only.path, only.doubt) == ("loader.mjs", asked)
    assert (only.severity is Severity.NOTE) == bool(asked)


@pytest.mark.parametrize("files", FREES.values(), ids=FREES)
def test_what_another_file_makes_for_each_use_or_at_the_start_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str]
) -> None:
    assert found(tmp_path, files, monkeypatch) == ()


@pytest.mark.parametrize(
    ("decorator", "severities"),
    [
        ("@Injectable()", [Severity.WARNING]),
        ("@Injectable({ scope: Scope.REQUEST })", []),
        ("", [Severity.NOTE]),
    ],
)
def test_a_container_of_dependencies_makes_one_unless_it_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decorator: str, severities: list[Severity]
) -> None:
    loader = f"{decorator}\nexport class Loader {{\n  async load() {{ return 1 }}\n"
    loader += "  get() { return (this.pending ??= this.load()) }\n}\n"
    files = {
        "loader.ts": loader,
        "handle.mjs": "import { Loader } from './loader.ts'\nexport const handle = () => 1\n",
    }
    assert [finding.severity for finding in found(tmp_path, files, monkeypatch)] == severities


@pytest.mark.skipif(shutil.which("node") is None, reason="no node: the examples cannot be run")
@pytest.mark.parametrize(
    ("files", "answer"),
    [*((files, "kept") for files in KEEPS.values()), *((files, "free") for files in FREES.values())],
    ids=[*KEEPS, *FREES],
)
def test_node_keeps_the_request_of_the_one_and_frees_that_of_the_other(
    tmp_path: Path, files: dict[str, str], answer: str
) -> None:
    written(tmp_path, files)
    (tmp_path / "run.mjs").write_text(HARNESS)
    assert answer_of_node(tmp_path) == answer


def test_a_class_of_typescript_that_its_own_file_makes_is_seen_to_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KEEPS["an object that is made from a request and put into a map of the module"]
    files = {
        "loader.ts": kept["loader.mjs"],
        "handle.mjs": kept["handle.mjs"].replace("loader.mjs", "loader.ts"),
    }
    (finding,) = found(tmp_path, files, monkeypatch)
    assert (finding.severity, finding.doubt) == (Severity.ERROR, "")


def test_that_one_object_lasts_settles_no_other_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = """
        export const once = () => { const running = new Map()
          return async function ask(key, load) {
            const run = async () => { if (running.has(key)) { await running.get(key) }
              const made = load(); running.set(key, made); const value = await made
              running.delete(key); return value }
            return run() } }
    """
    files = {
        "loader.mjs": runs,
        "handle.mjs": "import { once } from './loader.mjs'\nconst ask = once()\n"
        "export const handle = () => ask(1, async () => 2)\n",
    }

    (finding,) = found(tmp_path, files, monkeypatch)

    assert finding.severity is Severity.NOTE
    assert finding.doubt == "how often does the promise of `running[…]` fail? Then it stays"


def test_what_nothing_calls_that_a_server_runs_is_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "loader.mjs": "let pending\nasync function load() { return 1 }\n"
        "export async function connectTunnel() { pending ??= load(); return pending }\nexport const size = 1\n",
        "handle.mjs": "import { size } from './loader.mjs'\nexport const handle = () => size\n",
    }
    [uncalled] = found(tmp_path, files, monkeypatch)
    assert uncalled.doubt == "nothing that a server of this project runs calls `connectTunnel`: who does?"
    assert uncalled.severity is Severity.NOTE
    files["handle.mjs"] = (
        "import { connectTunnel } from './loader.mjs'\nexport const handle = () => connectTunnel()\n"
    )
    [called] = found(tmp_path, files, monkeypatch)
    assert called.doubt == ""
