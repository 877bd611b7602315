"""Waits for what comes late: the wait is made in the root, the work that it waits for stays in its request."""

import pytest

from patcher.syntax.tree import Dialect
from tests.fix.fixing import fixed

LATE = "const pending = new Promise(() => {})\n"


def made(source: str, dialect: Dialect = Dialect.JAVASCRIPT, *, package: bool = True) -> str:
    result = fixed(source, "detached", dialect, package=package)
    assert result.fixed, result.refused
    assert not result.refused
    return result.new.decode()


def refused(source: str) -> str:
    result = fixed(source, "detached", package=True)
    assert not result.fixed
    assert result.new == source.encode()
    return "; ".join(result.refused.values())


def test_the_work_of_a_race_stays_in_its_request_and_is_called_in_the_same_order() -> None:
    text = made(LATE + "exports.f = async (a, b) => Promise.race([a(), pending, b(), pending])\n")

    assert (
        "nextfixRoot((made, awaited, value) => Promise.race([made, awaited, value, pending]), a(), pending, b())"
        in text
    )


def test_a_timeout_by_hand_and_its_race_are_made_in_the_root() -> None:
    text = made(
        "exports.f = async (work) => {\n"
        "  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 60_000))\n"
        "  return Promise.race([work, late])\n}\n"
    )

    assert "const late = nextfixRoot(() => new Promise((_, reject) => setTimeout(" in text
    assert "return nextfixRoot((made) => Promise.race([made, late]), work)" in text


def test_a_promise_whose_function_works_runs_it_in_its_request() -> None:
    executor = "(resolve) => { calls.set(id, resolve); send(id) }"
    source = (
        f"const calls = new Map()\nexports.call = (id, send) => new Promise({executor})\n"
        "exports.answer = (id) => calls.get(id)(1)\n"
    )

    assert (
        "exports.call = (id, send) => nextfixPromise((resolve) => { calls.set(id, resolve); send(id) })"
        in made(source)
    )
    own = made(source, package=False)
    assert (
        "root.runInAsyncScope((run) => new Promise(run), undefined, AsyncResource.bind((resolve) => {" in own
    )


def test_typescript_is_given_the_types_that_the_compiler_no_longer_sees() -> None:
    text = made(
        "const calls = new Map<string, () => void>();\n"
        "export const call = (id: string, send: (id: string) => void) =>\n"
        "  new Promise<void>(resolve => { calls.set(id, resolve); send(id); });\n"
        "export const answer = (id: string) => calls.get(id)?.();\n",
        Dialect.TYPESCRIPT,
        package=False,
    )

    assert (
        "new Promise<void>(run), undefined, AsyncResource.bind((resolve: (value?: any) => void) => {" in text
    )


def test_a_chain_on_what_comes_late_is_made_inside() -> None:
    text = made(
        "exports.route = (options) => async (ctx) => {\n"
        "  const work = read(ctx)\n"
        "  return Promise.race([work, options.draining.then(() => 'draining')])\n}\nasync function read() {}\n"
    )

    assert (
        "nextfixRoot((made) => Promise.race([made, options.draining.then(() => 'draining')]), work)" in text
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "const all = new Map()\nexports.f = (req, res) => { all.set(req.id, res) }\n",
            "the request itself is kept",
        ),
        (
            "exports.f = (req, res) => { setInterval(() => res.write('.'), 1000) }\n",
            "the callback holds `res`, which is the request's own",
        ),
        (
            LATE + "exports.f = async (all) => Promise.race([...all, pending])\n",
            "what takes part in the race is not written there",
        ),
        (
            LATE + "exports.f = async (work) => Promise.race([work(), pending.then(() => log('late'))])\n",
            "what comes late does work of the request too",
        ),
        (
            "exports.f = async (work) => Promise.race([work(), new Promise((_, no) =>\n"
            "  setTimeout(() => no(als.getStore()), 60_000))])\n",
            "asks for the request",
        ),
    ],
)
def test_what_would_stay_all_the_same_is_refused(source: str, reason: str) -> None:
    assert reason in refused(source)


def test_what_one_rewrite_frees_besides_is_fixed_with_it() -> None:
    source = (
        LATE
        + "exports.f = async (work) => Promise.race([work(), pending,\n"
        + "  new Promise((_, no) => setTimeout(() => no(new Error('late')), 60_000))])\n"
        + "let p\nexports.g = () => p ??= load()\nasync function load() {}\n"
    )
    result = fixed(source, "detached", package=True)

    assert {family for family, _, _ in result.fixed} >= {"long-timeout", "kept-promise-module"}
    assert not result.refused


def test_of_two_listeners_in_one_chain_either_settles_the_promise() -> None:
    text = made(
        "const { EventEmitter } = require('node:events')\n"
        "class Worker extends EventEmitter {\n"
        "  next() { return new Promise((resolve, reject) => "
        "{ this.once('message', resolve).once('error', reject) }) }\n"
        "}\nconst worker = new Worker()\nexports.next = () => worker.next()\n"
    )

    assert "return nextfixRoot(() => new Promise((resolve, reject) => {" in text


def test_a_race_of_a_list_that_is_for_it_alone_is_made_in_the_root_with_what_only_waits() -> None:
    text = made(
        "const { EventEmitter } = require('node:events')\n"
        "class Pool extends EventEmitter {\n  async take(work) {\n"
        "    const waits = [new Promise((_, reject) => { this.once('error', reject) }), work()]\n"
        "    return await Promise.race(waits)\n  }\n}\nexports.pool = new Pool()\n"
    )

    assert "[nextfixRoot(() => new Promise((_, reject) => { this.once('error', reject) })), work()]" in text
    assert "return await nextfixRoot(() => Promise.race(waits))" in text


@pytest.mark.parametrize("late", ["const late = WAIT", "const ended = () => WAIT", "const { signal } = work"])
@pytest.mark.parametrize(
    "settlers",
    [
        "bus.once('end', resolve); bus.once('error', reject)",
        "bus.once('end', resolve).once('error', reject)",
        "setTimeout(reject, 600_000); bus.once('end', resolve)",
    ],
)
def test_a_race_is_made_in_the_root_also_where_more_than_one_thing_that_comes_late_settles_its_wait(
    late: str, settlers: str
) -> None:
    wait = f"new Promise((resolve, reject) => {{ {settlers} }})"
    entry = "late" if "late" in late else "ended()" if "ended" in late else wait
    text = made(
        "const { EventEmitter } = require('node:events')\nconst bus = new EventEmitter()\n"
        f"exports.f = async (work) => {{\n  {late.replace('WAIT', wait)}\n"
        f"  return Promise.race([work(), {entry}])\n}}\n"
    )

    assert "return nextfixRoot((made) => Promise.race([made, " in text


def test_whoever_waits_for_more_than_a_late_event_may_wait_in_the_request() -> None:
    text = made(
        "const { EventEmitter } = require('node:events')\nconst bus = new EventEmitter()\n"
        "exports.f = async () => {\n"
        "  const late = new Promise((resolve, reject) => { bus.once('end', resolve); bus.once('error', reject) })\n"
        "  return await late\n}\n"
    )

    assert "const late = nextfixRoot(() => new Promise(" in text
    assert "return await late\n" in text


BUS = "const { EventEmitter } = require('node:events')\nconst bus = new EventEmitter()\n"
TWO = "new Promise((resolve, reject) => { bus.once('end', resolve); bus.once('error', reject) })"


def test_a_race_with_a_chain_on_what_comes_late_is_made_in_the_root_whoever_else_waits() -> None:
    text = made(
        f"{BUS}const ended = () => {TWO}\n"
        "exports.f = async (work) => Promise.race([work(), ended().catch(() => 0)])\n"
        f"exports.g = async (work, n) => {{\n  const late = {TWO}\n"
        "  const first = await Promise.race([work(), late.catch(() => 0)])\n  if (n) await late\n  return first\n}\n"
    )

    assert "nextfixRoot((made) => Promise.race([made, ended().catch(() => 0)]), work())" in text
    assert "nextfixRoot((made) => Promise.race([made, late.catch(() => 0)]), work())" in text


def test_a_race_in_which_what_comes_late_is_to_do_work_of_the_request_is_refused() -> None:
    source = (
        f"{BUS}exports.f = async (work) => {{\n  const late = {TWO}\n"
        "  return Promise.race([work(), late.then(() => work())])\n}\n"
    )

    assert "what comes late does work of the request too" in refused(source)
