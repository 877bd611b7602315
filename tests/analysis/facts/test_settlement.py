"""Whether a slot is emptied when what it holds settles."""

import pytest

from patcher.analysis.file import analyse
from tests.analysis.test_file import found

DEFERRED = """class A {
  constructor() { this.m = new Map() }
  wait(k) {
    if (!this.m.get(k)) { const { promise, resolve } = Promise.withResolvers(); this.m.set(k, { promise, resolve }) }
    return this.m.get(k).promise
  }
  tell(k, v) { const { m } = this; this.m.get(k).resolve(v); REMOVE }
}
exports.A = A"""


def test_an_entry_that_is_removed_where_its_promise_is_resolved_is_let_go() -> None:
    assert found(DEFERRED.replace("REMOVE", "this.m.delete(k)")) == []
    assert [slot for _, slot, _ in found(DEFERRED.replace("REMOVE", ""))] == ["this.m[…]"]


# What empties the slot, and the code: `load` is an async function of the file.
LET_GO = {
    "delete of an entry of an object": (
        "const m = {}; export function get(k) { return m[k] ??= load().finally(() => { delete m[k] }) }"
    ),
    "null in an entry of an object": (
        "const m = {}; export function get(k) { return m[k] ??= load().finally(() => { m[k] = null }) }"
    ),
    "a finally clause around the wait": (
        "let p; export async function get() { p ??= load(); try { return await p } finally { p = null } }"
    ),
    "a bound function in finally": (
        "class A { get() { return this.p ??= load().finally(function () { this.p = null "
        "}.bind(this)) } } export { A }"
    ),
    "the first function of then": (
        "let p; export function get() { return p ??= load().then((v) => { p = null; return v }) }"
    ),
    "both functions of then": (
        "let p; export function get() { return p ??= load().then((v) => { p = null; return v }, () "
        "=> { p = null }) }"
    ),
    "a timer that begins with the load": (
        "let p; export function get() { p ??= load(); setTimeout(() => { p = null }, 5); return p }"
    ),
    "the next tick": (
        "let p; export function get() { p ??= load(); process.nextTick(() => { p = null }); return p }"
    ),
    "a function that awaited the slot": (
        "let p; export function get() { return p ??= load() } export async function use() { await p; "
        "p = null }"
    ),
    "the method that calls the stored resolve": (
        "class A { wait() { return this.p ??= new Promise((r) => { this.open = r }) } go() { "
        "this.open(); this.p = null } } export { A }"
    ),
    "a helper that is handed to finally": (
        "let p; const drop = () => { p = null }; export function get() { return p ??= load().finally(drop) }"
    ),
    "a helper that is called in finally": (
        "let p; const drop = () => { p = null }; export function get() { return p ??= "
        "load().finally(() => drop()) }"
    ),
    "a bound method that is handed to finally": (
        "class A { drop() { this.p = null } get() { return this.p ??= "
        "load().finally(this.drop.bind(this)) } } export { A }"
    ),
    "the other branch of a test for an error": (
        "let p; export function get() { return p ??= load().finally(() => { if (error) { } else { p "
        "= null } }) }"
    ),
}
KEPT = {
    "a member of the object that is not the entry": (
        "const m = {}; export function get(k) { return m[k] ??= load().finally(() => { m.last = null }) }"
    ),
    "a catch clause": (
        "let p; export async function get() { p ??= load(); try { return await p } catch { p = null } }"
    ),
    "only when there was no value": (
        "let p; export function get() { return p ??= load().then((v) => { if (!v) p = null; return v }) }"
    ),
    "a bound function in catch": (
        "class A { get() { return this.p ??= load().catch(function () { this.p = null }.bind(this)) "
        "} } export { A }"
    ),
    "the second function of then": (
        "let p; export function get() { return p ??= load().then((v) => v, () => { p = null }) }"
    ),
    "before the store, after another wait": (
        "let p; export async function get() { await load(); p = null; p ??= load(); return p }"
    ),
    "a function called reset that awaited the slot": (
        "let p; export function get() { return p ??= load() } export async function reset() { await "
        "p; p = null }"
    ),
    "a function that awaited something else": (
        "let p; export function get() { return p ??= load() } export async function use() { await "
        "other; p = null }"
    ),
    "a method that calls another function than the stored resolve": (
        "class A { wait() { return this.p ??= new Promise((r) => { this.open = r }) } go() { "
        "this.shut(); this.p = null } } export { A }"
    ),
    "an exported function without a name": (
        "let p; export function get() { return p ??= load() } export default () => { p = null }"
    ),
    "a helper that is only exported": (
        "let p; const drop = () => { p = null }; export { drop }; export function get() { return p "
        "??= load() }"
    ),
    "a function that nothing calls, for a promise whose executor takes nothing": (
        "let p; export function get() { return p ??= new Promise(() => {}) } export function go() { "
        "p = null }"
    ),
}
# What leaves a promise that failed, or that gave nothing, where it is.
SOMETIMES = {
    "only when there was a value": (
        "let p; export function get() { return p ??= load().then((v) => { if (v) p = null; return v }) }"
    ),
    "a function that awaited the entry": (
        "const m = new Map(); export function get(k) { if (!m.has(k)) m.set(k, load()); return "
        "m.get(k) } export async function use(k) { await m.get(k); m.delete(k) }"
    ),
}
LOAD = "async function load() {}\n"


@pytest.mark.parametrize("what", LET_GO)
def test_a_slot_that_is_emptied_when_its_promise_is_fulfilled_keeps_nothing(what: str) -> None:
    assert found(LOAD + LET_GO[what]) == []


@pytest.mark.parametrize("what", KEPT)
def test_a_slot_that_is_emptied_otherwise_is_a_finding(what: str) -> None:
    assert len(found(LOAD + KEPT[what])) == 1


@pytest.mark.parametrize("what", SOMETIMES)
def test_a_slot_that_is_emptied_after_some_outcomes_only_is_in_doubt(what: str) -> None:
    [site] = analyse((LOAD + SOMETIMES[what]).encode())

    assert site.doubt
