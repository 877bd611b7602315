"""Original and fixed memos under Node: the same results, one call, and no request that stays."""

import shutil
from typing import Any

import pytest

from patcher.check.fix_findings import FIX_STYLES as STYLES
from tests.fix.fixing import node, text
from tests.fix.shapes import ALL, RESETTING
from tests.rules.test_families import holds_handles_back

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="no node on PATH: nothing can be run")

# For each text: calls of `load` and results of two callers after another, of three at once, and after a failure.
FACTS = """
const values = [{ a: 1 }, undefined, null, false, 0, "", NaN]
const told = (v) => v === undefined ? "undefined" : Number.isNaN(v) ? "NaN" : v
function made(source, load) {
  const exports = {}
  new Function("exports", "load", source)(exports, load)
  return exports
}
const settled = (promise) => promise.then((v) => ({ value: told(v) }), (e) => ({ error: e.message }))
async function facts(source) {
  const found = { turns: [], together: [], failing: [] }
  for (const value of values) {
    let calls = 0
    const load = async () => { calls++; await null; return value }
    const one = made(source, load)
    found.turns.push([await settled(one.get()), await settled(one.get()), calls])
    calls = 0
    const three = made(source, load)
    const all = [three.get(), three.get(), three.get()]
    found.together.push([...await Promise.all(all.map(settled)), await settled(three.get()), calls])
  }
  let calls = 0
  const failing = made(source, async () => {
    const turn = ++calls
    await null
    if (turn === 1) throw new Error("first")
    return turn
  })
  found.failing = [...await Promise.all([failing.get(), failing.get()].map(settled)), calls,
                   await settled(failing.get()), await settled(failing.get()), calls]
  const last = failing.get()
  found.promise = last instanceof Promise
  await settled(last)
  return found
}
async function main({ texts }) {
  const out = []
  for (const source of texts) out.push(await facts(source))
  console.log(JSON.stringify(out))
}
main(JSON.parse(require("node:fs").readFileSync(0, "utf8")))
"""

KEPT = """
const { AsyncLocalStorage } = require("node:async_hooks")
const als = new AsyncLocalStorage()
const pause = (ms) => new Promise((done) => setTimeout(done, ms))
const held = []
function request(source) {
  const exports = {}
  new Function("exports", "load", source)(exports, async () => "job")
  held.push(exports)
  const store = { request: { url: "/" } }
  const weak = new WeakRef(store.request)
  als.run(store, () => { exports.get() })
  return weak
}
async function main({ texts }) {
  const requests = texts.map(request)
  for (let round = 0; round < 6; round++) { await pause(10); globalThis.gc() }
  console.log(JSON.stringify(requests.map((weak) => weak.deref() !== undefined)))
  process.exit(0)
}
main(JSON.parse(require("node:fs").readFileSync(0, "utf8")))
"""


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, Any]]:
    """The facts of every memo, by its name and by style; `original` for the memo itself."""
    keys = [(name, style) for name in ALL for style in ("original", *STYLES)]
    found = node(
        FACTS, [ALL[name] if style == "original" else text(ALL[name], style) for name, style in keys]
    )
    told: dict[str, dict[str, Any]] = {name: {} for name in ALL}
    for (name, style), fact in zip(keys, found, strict=True):
        told[name][style] = fact
    return told


@pytest.mark.parametrize("name", ALL)
def test_callers_one_after_another_get_the_same_from_one_call_whatever_the_value(
    name: str, facts: Any
) -> None:
    here = facts[name]

    assert here["original"]["promise"]
    for style in STYLES:
        assert here[style]["turns"] == here["original"]["turns"]
        assert here[style]["promise"]
    assert {calls for *_, calls in here["original"]["turns"]} == {1}


@pytest.mark.parametrize("name", ALL)
def test_callers_at_once_share_one_call_in_single_flight_and_not_in_documented(name: str, facts: Any) -> None:
    here = facts[name]

    assert here["single-flight"]["together"] == here["original"]["together"]
    assert [results[:-1] for results in here["documented"]["together"]] == [
        results[:-1] for results in here["original"]["together"]
    ]
    assert {calls for *_, calls in here["documented"]["together"]} == {3}


@pytest.mark.parametrize("name", ALL)
def test_a_failure_reaches_every_caller_in_flight_and_the_next_tries_again(name: str, facts: Any) -> None:
    failure, again = {"error": "first"}, {"value": 2}
    shared = [failure, failure, 1, again, again, 2]

    assert facts[name]["single-flight"]["failing"] == shared
    assert facts[name]["documented"]["failing"][:2] == [failure, again]
    remembered = [failure, failure, 1, failure, failure, 1]
    assert facts[name]["original"]["failing"] == (shared if name in RESETTING else remembered)


@pytest.fixture(scope="module")
def old_node() -> None:
    if not holds_handles_back():
        pytest.skip("this Node keeps no store on promises (AsyncContextFrame): nothing is retained here")


@pytest.mark.usefixtures("old_node")
@pytest.mark.parametrize("style", STYLES)
def test_the_request_of_the_first_caller_stays_before_and_not_after(style: str) -> None:
    names = list(ALL)
    before = dict(zip(names, node(KEPT, [ALL[name] for name in names]), strict=True))
    after = dict(zip(names, node(KEPT, [text(ALL[name], style) for name in names]), strict=True))

    assert before == dict.fromkeys(names, True)
    assert after == dict.fromkeys(names, False)


TIMERS = """
let idle
const log = []
const pause = (ms) => new Promise((done) => setTimeout(done, ms))
const touch = (word) => {
  if (idle) clearTimeout(idle)
  idle = setTimeout(() => log.push(word), 20)
}
const stop = () => { clearTimeout(idle) }
exports.run = async () => {
  touch("a"); touch("b")
  await pause(60)
  touch("c"); stop(); stop()
  await pause(60)
  touch("d")
  await pause(60)
  return log
}
"""
RUN = """
const { texts } = JSON.parse(require("node:fs").readFileSync(0, "utf8"))
const run = (source) => { const exports = {}; new Function("exports", source)(exports); return exports.run() }
Promise.all(texts.map(run)).then((out) => console.log(JSON.stringify(out)))
"""


def test_a_timer_that_is_forgotten_fires_and_stops_as_before() -> None:
    assert node(RUN, [TIMERS, text(TIMERS)]) == [["b", "d"], ["b", "d"]]
