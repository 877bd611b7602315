"""A function that a caller gave: it runs in the request of its caller, and what waits for it is made in the root."""

import json
import shutil
import subprocess

import pytest

from patcher.syntax.tree import Dialect
from tests.fix.fixing import fixed

NODE = shutil.which("node")
QUEUE = """
class Queue {
  tail = Promise.resolve()
  add(TAKEN) { this.tail = CHAIN; return this.tail }
}
exports.queue = new Queue()
"""
RUN = "undefined, AsyncResource.bind((call) => call()))"


def queue(chain: str, taken: str = "task") -> str:
    return QUEUE.replace("CHAIN", chain).replace("TAKEN", taken)


@pytest.mark.parametrize(
    ("chain", "inside"),
    [
        ("this.tail.then(() => task())", "(run) => this.tail.then(() => run(() => task()))"),
        (
            "this.tail.then(async () => { await task(1, this) })",
            "(run) => this.tail.then(async () => { await run(() => task(1, this)) })",
        ),
        (
            "this.tail.then(task, task)",
            "(run) => this.tail.then(task && ((...values) => run(() => task(...values))), "
            "task && ((...values) => run(() => task(...values))))",
        ),
        (
            "(async () => { const run = 1; try { await this.tail } catch {} return task.call(this, run) })()",
            "(runHere) => (async () => { const run = 1; try { await this.tail } catch {} "
            "return runHere(() => task.call(this, run)) })()",
        ),
        (
            "this.tail.then(async () => { const all = await task(); for (const x of all) this.seen(x) })",
            "(run) => this.tail.then(async () => "
            "{ const all = await run(() => task()); for (const x of all) this.seen(x) })",
        ),
    ],
)
def test_it_is_run_in_its_request_and_the_chain_is_made_in_the_root(chain: str, inside: str) -> None:
    own = fixed(queue(chain), "detached").new.decode()
    package = fixed(queue(chain), "detached", package=True).new.decode()

    assert f"this.tail = root.runInAsyncScope({inside}, {RUN}" in own
    assert f"this.tail = nextfixRoot({inside}, nextfixHere())" in package
    assert "function nextfixPromise" not in package
    assert fixed(own, "detached").new.decode() == own
    assert fixed(package, "detached", package=True).new.decode() == package


@pytest.mark.parametrize(
    ("chain", "reason"),
    [
        ("this.tail.then(given)", "would lose its request"),  # it may be no function at all
        ("this.tail.then(() => retry(task))", "would lose its request"),
        (
            "this.tail.then(async () => { setTimeout(() => this.late(), 9); await task() })",
            "a function here may last",
        ),
        ("this.tail.then(async () => task(await this.tail))", "would lose its request"),
        ("this.tail.then(task), task = null", "may be another one by then"),
        (
            "this.tail.then(async () => { for await (const x of task()) this.seen(x) })",
            "would lose its request",
        ),
        ("this.tail.then(() => [...task()])", "would lose its request"),
        ("this.tail.then(() => { const [first] = task(); return first })", "would lose its request"),
        ("this.tail.then(() => { const all = task(); return all.next() })", "would lose its request"),
        (
            "this.tail.then(async () => { const all = await task(); for await (const x of all) this.seen(x) })",
            "would lose its request",
        ),
        ("this.tail.then(() => { store.getStore(); return task() })", "asks for the request"),
    ],
)
def test_what_may_not_be_over_in_time_or_is_not_known_to_be_called_is_refused(
    chain: str, reason: str
) -> None:
    taken = "given" if "given" in chain else "task"
    result = fixed(queue(chain, taken), "detached")

    assert result.new.decode() == queue(chain, taken)
    assert all(reason in said for said in result.refused.values()), result.refused
    assert result.refused


@pytest.mark.skipif(NODE is None, reason="no node on PATH: nothing can be run")
@pytest.mark.parametrize("package", [False, True], ids=["own", "package"])
@pytest.mark.parametrize(
    "chain",
    [
        "this.tail.then(() => 1).then(task)",
        "this.tail.then(() => 1).finally(task)",
        "this.tail.then(async () => { const v = await task?.(1).catch(() => {}); return v ?? 1 })",
        "this.tail.then(async () => (await this.none?.callback(task).catch(task)) ?? 1)",
    ],
)
def test_a_function_that_the_caller_did_not_give_is_not_called(chain: str, package: bool) -> None:
    assert NODE is not None
    result = fixed(queue(chain), "detached", package=package)
    assert result.fixed
    run = result.new + b";exports.queue.add().then(console.log, (error) => console.log(error.message))"
    done = subprocess.run([NODE, "-"], input=run, capture_output=True, timeout=60, check=True)

    assert done.stdout == b"1\n"


@pytest.mark.parametrize("package", [False, True], ids=["own", "package"])
def test_a_chain_that_is_over_where_its_beginning_is_not_there_stays_in_one_piece(package: bool) -> None:
    source = (
        "let p\n"
        "exports.get = (key, options) => { p ??= options.loader?.(key).then((x) => x + 1); return p }\n"
    )
    result = fixed(source, "detached", package=package)

    assert result.new.decode() == source
    assert result.refused


def test_a_function_whose_type_a_condition_narrowed_is_not_run_in_another_function() -> None:
    source = (
        "export class Queue {\n"
        "  tail: Promise<unknown> = Promise.resolve()\n"
        "  constructor(private fn?: (key: string) => Promise<void>) { this.fn = fn }\n"
        "  add(key: string) {\n"
        "    this.tail = this.tail.then(async () => { if (this.fn) await this.fn(key) })\n"
        "    return this.tail\n  }\n}\nexport const queue = new Queue()\n"
    )
    result = fixed(source, "detached", Dialect.TYPESCRIPT)

    assert result.new.decode() == source
    assert all("narrows the type of `this.fn`" in said for said in result.refused.values())
    assert result.refused


def test_the_promise_of_the_caller_s_function_itself_is_not_made_in_the_root() -> None:
    source = (
        "const known = new Map()\n"
        "exports.once = (key, task) => { if (!known.has(key)) known.set(key, task()); return known.get(key) }\n"
    )
    result = fixed(source, "detached")

    assert result.new.decode() == source


def test_types_are_written_in_typescript() -> None:
    new = fixed(
        "export const lock = () => {\n"
        "  let tail: Promise<unknown> = Promise.resolve()\n"
        "  return { hold<T>(task: () => Promise<T>): Promise<T> {\n"
        "    const held = tail.then(() => task())\n"
        "    tail = held.then(() => task())\n    return held\n  } }\n}\nexport const one = lock()\n",
        "detached",
        Dialect.TYPESCRIPT,
    ).new.decode()

    assert "runInAsyncScope((run: <T>(call: () => T) => T) => held.then(() => run(() => task()))" in new
    assert "AsyncResource.bind((call: () => any) => call())" in new


DRIVER = """
const { AsyncLocalStorage } = require("node:async_hooks")
const storage = new AsyncLocalStorage()
const pause = () => new Promise((done) => setTimeout(done, 5))
async function request(queue, n) {
  const known = { n }
  const task = async () => { await null; return storage.getStore()?.known.n }
  return [await storage.run({ known }, () => queue.add(task)), new WeakRef(known)]
}
async function main(source) {
  const exports = {}
  new Function("exports", "require", source)(exports, require)
  const answers = []
  for (let n = 0; n < 3; n++) answers.push(await request(exports.queue, n))
  for (let round = 0; round < 10; round++) { await pause(); globalThis.gc() }
  return { results: answers.map(([result]) => result), stay: answers.filter(([, ref]) => ref.deref()).length }
}
main(require("fs").readFileSync(0, "utf8")).then((out) => console.log(JSON.stringify(out)))
"""


@pytest.mark.skipif(NODE is None, reason="no node on PATH: nothing can be run")
@pytest.mark.parametrize("package", [False, True], ids=["own", "package"])
@pytest.mark.parametrize(
    "chain",
    [
        "this.tail.then(() => task())",
        "this.tail.then(task, task)",
        "(async () => { await this.tail; return await task() })()",
        "this.tail.catch(() => {}).then(async () => { try { return await task() } finally { this.done = 1 } })",
    ],
)
def test_it_sees_its_request_and_no_request_stays(chain: str, package: bool) -> None:
    assert NODE is not None
    new = fixed(queue(chain), "detached", package=package)
    assert new.fixed
    done = subprocess.run(
        [NODE, "--expose-gc", "-e", DRIVER], input=new.new, capture_output=True, timeout=60, check=True
    )

    assert json.loads(done.stdout) == {"results": [0, 1, 2], "stay": 0}
