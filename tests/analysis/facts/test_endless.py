"""Loops that never end: nobody is advised to wait for one."""

import pytest

from patcher.analysis.file import analyse

WAITS = "const wait = () => new Promise((r) => setTimeout(r, 10))\nlet p\n"
LOOPS = {
    "a loop of a named function": "async function run() { while (true) { await wait() } }\n"
    "exports.get = () => (p ??= run())",
    "a loop without a condition, in place": "exports.get = () => (p ??= (async () => { for (;;) { await wait() } })())",
    "a loop that asks at its end": "async function run() { do { await wait() } while (true) }\n"
    "exports.get = () => (p ??= run())",
    "a loop whose failure is reported": "async function run() { for (;;) { await wait() } }\n"
    "exports.get = () => (p ??= run().catch(console.error))",
    "a loop that another function waits for": "async function run() { while (!0) { await wait() } }\n"
    "async function start() { console.log(1); await run() }\nexports.get = () => (p ??= start())",
}
ENDS = {
    "a counted loop": "exports.get = () => (p ??= (async () => { for (let i = 0; i < 5; i++) await wait() })())",
    "a loop that returns": "exports.get = () => (p ??= (async () => { for (;;) { if (await wait()) return 1 } })())",
    "a loop that is waited for under a condition": "async function run() { for (;;) { await wait() } }\n"
    "async function start() { if (a) { await run() } return 1 }\nexports.get = () => (p ??= start())",
}


@pytest.mark.parametrize("source", LOOPS.values(), ids=LOOPS.keys())
def test_a_promise_that_stays_pending_is_that_of_a_loop(source: str) -> None:
    assert [site.family for site in analyse((WAITS + source).encode())] == ["background-loop"]


@pytest.mark.parametrize("source", ENDS.values(), ids=ENDS.keys())
def test_a_promise_that_settles_is_none(source: str) -> None:
    assert [site.family for site in analyse((WAITS + source).encode())] == ["kept-promise-module"]
