"""Whether a slot is asked near its store."""

import pytest

from patcher.analysis.prefilter.guards import is_kept, is_tested


@pytest.mark.parametrize(
    "code",
    [
        "if (!this.slot) this.slot = f()",
        "if (this.slot) return this.slot; this.slot = f()",
        "return this.slot || (this.slot = f())",
        "this.slot ??= f()",
        "const old = this.slot; if (old) return old; this.slot = f()",
        "if (stale) { this.slot = f() } return this.slot",
        "if (!cache[k]) cache[k] = f()",
        "typeof slot === 'undefined' && (slot = f())",
        "if (slot === null) slot = f()",
    ],
)
def test_a_guard_is_seen_in_every_form(code: str) -> None:
    source = code.encode()

    assert is_tested(source, source.rindex(b"= f()"))


@pytest.mark.parametrize("code", ["this.slot = f()", "a.slot = f(); b(a.slots)", "x.slot = 1; slot = f()"])
def test_a_slot_that_nobody_asks_is_not_guarded(code: str) -> None:
    source = code.encode()

    assert not is_tested(source, source.rindex(b"= f()"))


def test_a_variable_of_the_storing_function_is_not_kept() -> None:
    source = b"function g() { let slot; if (!slot) slot = f(); return slot }"

    assert not is_kept(source, source.rindex(b"= f()"))


def test_a_variable_of_the_function_around_is_kept() -> None:
    source = b"function h() { let slot; return () => { if (!slot) slot = f(); return slot } }"

    assert is_kept(source, source.rindex(b"= f()"))
