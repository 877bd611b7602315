"""Whether a slot is emptied when what it holds settles."""

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
