"""Kept things of every kind under Node: they keep a request, and made in the root they do not; results are the same."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.fix.fixing import fixed

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="no node on PATH: nothing can be run")

# `handle` is called twice in the same request; what it gives is settled, and compared before and after.
KEPT = {
    "an object as a cache": """
const pages = {}
async function load(id) { return { id } }
const page = (k) => { if (!pages[k]) pages[k] = load(k); return pages[k] }
exports.handle = () => page("a")
""",
    "a Map of entries": """
const entries = new Map()
async function run(key) { return key }
exports.handle = () => {
  const known = entries.get("k")
  if (known) return known.promise
  const promise = run("k").catch((error) => { entries.delete("k"); throw error })
  entries.set("k", { promise, at: Date.now() })
  return promise
}
""",
    "an LRU": """
class LRU { constructor() { this.map = new Map() } get(k) { return this.map.get(k) } set(k, v) { this.map.set(k, v) } }
const lru = new LRU()
const load = async () => 7
exports.handle = () => {
  let found = lru.get("a")
  if (!found) { found = load(); lru.set("a", found) }
  return found
}
""",
    "a wide guard": """
let p, until = 0
const load = async () => "fresh"
exports.handle = () => {
  if (!p || Date.now() > until) { until = Date.now() + 60000; p = load() }
  return p
}
""",
    "an awaited part": """
class Pool {
  async ready() { return (this.startedPromise ??= (await connect("a")).begin().then(String)) }
}
async function connect(url) { return { url, begin: async () => url } }
const pool = new Pool()
exports.handle = () => pool.ready()
""",
    "a deferred": """
let ready
exports.handle = () => {
  if (!ready) ready = new Promise((done) => { setImmediate(done, 1) })
  return ready
}
""",
    "a helper of the file": """
const cache = new Map()
function remember(key, promise) {
  promise.catch(() => {})
  if (!cache.has(key)) cache.set(key, promise)
  return cache.get(key)
}
const load = async (key) => key
exports.handle = () => remember("a", load("a"))
""",
    "an interval": """
let beat
exports.handle = () => { if (!beat) { beat = setInterval(() => {}, 100000); beat.unref() } return 1 }
""",
    "a state object": """
function load(loader) {
  const state = { value: null }
  state.promise = loader().then((value) => (state.value = value))
  return state
}
function component(loader) {
  let state = null
  return () => { if (!state) state = load(loader); return state.promise }
}
exports.handle = component(async () => "page")
""",
    "a memoizer": """
const helpers = {
  memoize: (make, known = new Map()) => (key) => {
    if (!known.has(key)) known.set(key, make(key))
    return known.get(key)
  },
}
const user = helpers.memoize(async (id) => ({ id }))
exports.handle = () => user("a")
""",
    "a timer that is done": """
class Flusher {
  schedule() { clearTimeout(this.timer); this.timer = setTimeout(() => this.flush(), 1); return 1 }
  flush() {}
}
const flusher = new Flusher()
exports.handle = () => flusher.schedule()
""",
}

HARNESS = """
const { AsyncLocalStorage } = require("node:async_hooks")
const als = new AsyncLocalStorage(), held = []
const pause = (ms) => new Promise((done) => setTimeout(done, ms))
function request(source) {
  const exports = {}
  new Function("exports", "require", source)(exports, require)
  held.push(exports)
  const store = { request: {} }
  const weak = new WeakRef(store.request)
  const results = []
  als.run(store, () => { results.push(exports.handle(), exports.handle()) })
  return { weak, results, same: results[0] === results[1] }
}
async function main({ texts }) {
  const made = texts.map(request)
  const out = []
  for (const one of made) {
    const values = await Promise.all(one.results)
    out.push({ values: values.map((v) => JSON.stringify(v)), same: one.same })
    one.results.length = 0
  }
  for (let round = 0; round < 6; round++) { await pause(10); globalThis.gc() }
  console.log(JSON.stringify(made.map(({ weak }, at) => ({ kept: weak.deref() !== undefined, ...out[at] }))))
  process.exit(0)
}
main(JSON.parse(require("node:fs").readFileSync(0, "utf8")))
"""


def _run(texts: list[str]) -> Any:
    assert NODE is not None
    command, task = [NODE, "--expose-gc", "-e", HARNESS], json.dumps({"texts": texts})
    done = subprocess.run(command, input=task, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def originals() -> dict[str, Any]:
    return dict(zip(KEPT, _run(list(KEPT.values())), strict=True))


def detached(name: str, *, package: bool) -> str:
    result = fixed(KEPT[name], "detached", package=package)
    assert result.fixed
    assert not result.refused
    return result.new.decode()


@pytest.fixture(scope="module")
def asks_for_builtins() -> bool:
    """Whether this Node gives its modules to code that imports nothing (20.16 and 22.3 on)."""
    assert NODE is not None
    said = subprocess.check_output([NODE, "-p", "typeof process.getBuiltinModule"], text=True)
    return said.strip() == "function"


@pytest.mark.parametrize("package", [False, True], ids=["own", "package"])
def test_made_in_the_root_nothing_keeps_the_request_and_callers_get_the_same(
    package: bool, originals: Any, asks_for_builtins: bool
) -> None:
    if package and not asks_for_builtins:
        pytest.skip("this Node has no process.getBuiltinModule: in a package the call stays what it was")
    made = dict(zip(KEPT, _run([detached(name, package=package) for name in KEPT]), strict=True))

    for name, before in originals.items():
        assert made[name] == {**before, "kept": False}, name


def test_what_is_rewritten_kept_the_request_before(originals: Any) -> None:
    new_node = not originals["a deferred"][
        "kept"
    ]  # AsyncContextFrame: promises keep nothing, running timers do
    expected = {name for name in KEPT if not new_node or name == "an interval"}

    assert expected <= {name for name, one in originals.items() if one["kept"]}


REFUSED = {
    "the context": (
        "let p\nconst als = make()\nexports.f = () => (p ??= load())\n"
        "async function load() { return als.getStore() }\n",
        "line 4 asks for the request",
    ),
    "a cookie": (
        "import { cookies } from 'next/headers'\nlet p\nexport const f = () => (p ??= load())\n"
        "async function load() { return cookies().get('a') }\n",
        "asks for the request",
    ),
    "a caller's function": (
        "const m = new Map()\n"
        "exports.get = (k, make) => { if (!m.has(k)) m.set(k, Promise.all([make()])); return m.get(k) }\n",
        "which the caller gave",
    ),
    "a caller's function with what its caller gave": (
        "exports.memo = (make) => { const m = {}\n"
        "return (k) => { if (!m[k]) m[k] = Promise.all([make(k)]); return m[k] } }\n",
        "which the caller gave",
    ),
    "what is made elsewhere": (
        "const other = require('x')\nlet aPromise\nexports.f = () => (aPromise ??= other.promise)\n",
        "`other.promise` was made elsewhere",
    ),
    "an await under a condition": (
        "let p\nconst a = require('a'), load = async (x) => x\n"
        "exports.f = async () => { if (!p) p = load(1 ? await a() : 1); return p }\n",
        "awaits under a condition",
    ),
    "an await after a call": (
        "let p\nconst a = require('a'), load = async (x) => x\n"
        "exports.f = async () => { if (!p) p = load(a(), await a()); return p }\n",
        "after something else",
    ),
    "a client component": (
        "'use client'\nlet p\nexport const f = () => (p ??= load())\nasync function load() {}\n",
        "client component",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_behave_otherwise_in_the_root_stays_as_it_is(name: str) -> None:
    source, words = REFUSED[name]
    result = fixed(source, "detached")

    assert result.new == source.encode()
    assert [words in reason for reason in result.refused.values()] == [True], result.refused


def test_a_caller_s_function_runs_in_its_request_and_only_the_chain_in_the_root() -> None:
    source = (
        "const m = new Map()\n"
        "exports.get = (k, make) => { if (!m.has(k)) m.set(k, make(k).then(String)); return m.get(k) }\n"
    )

    assert "root.runInAsyncScope((made) => made.then(String), undefined, make(k))" in (
        fixed(source, "detached").new.decode()
    )
