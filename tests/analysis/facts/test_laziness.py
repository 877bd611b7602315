"""Where a store runs: what a browser, an end or one operation does keeps no request of a server."""

import pytest

from tests.analysis.test_file import ASYNC, found


@pytest.mark.parametrize("use", ["window.name", "document", "() => document.cookie"])
def test_a_function_that_needs_a_browser_serves_no_request(use: str) -> None:
    source = ASYNC + "let p\nexports.f = function f(a) { if (!p) p = load(USE); return p }"

    assert found(source.replace("USE", use)) == []


@pytest.mark.parametrize("use", ["a.window", "a.document", "typeof window === 'undefined' ? 1 : window.name"])
def test_a_function_that_asks_for_a_browser_or_means_something_else_may_serve_one(use: str) -> None:
    source = ASYNC + "let p\nexports.f = function f(a) { if (!p) p = load(USE); return p }"

    assert [slot for _, slot, _ in found(source.replace("USE", use))] == ["p"]


def test_a_document_that_is_an_argument_is_no_browser() -> None:
    source = ASYNC + "const m = new Map()\nexports.f = (document) => {\n"
    source += " if (!m.has(document)) m.set(document, load(document)); return m.get(document) }"

    assert [slot for _, slot, _ in found(source)] == ["m[…]"]


@pytest.mark.parametrize("slot", ["drained", "_cancellation", "cancelling", "closing"])
def test_the_promise_of_an_end_is_not_reported(slot: str) -> None:
    assert found(ASYNC + f"let {slot}\nexports.f = () => ({slot} ??= load())") == []


def test_what_is_made_with_a_signal_to_stop_at_lives_as_long_as_one_operation() -> None:
    source = ASYNC + "exports.f = (NAME) => { let p; return async () => { await (p ??= load(NAME)) } }"

    assert found(source.replace("NAME", "signal")) == []
    assert [slot for _, slot, _ in found(source.replace("NAME", "options"))] == ["p"]


CLASS = "class A { constructor(a) { BUILT } init(a) { if (!this.p) this.p = load(a); return this.p } }\nexports.A = A"


def test_what_the_constructor_itself_fills_was_filled_by_no_request() -> None:
    assert found(ASYNC + CLASS.replace("BUILT", "void this.init(a)")) == []


@pytest.mark.parametrize(
    "built", ["if (a) this.init(a)", "a && this.init(a)", "a.on('x', () => this.init(a))", "a.init()"]
)
def test_what_a_constructor_may_fill_can_still_be_filled_by_a_request(built: str) -> None:
    assert [slot for _, slot, _ in found(ASYNC + CLASS.replace("BUILT", built))] == ["this.p"]
