"""What counts as a store, and what is put where: maps, `defineProperty`, and stores outside the process."""

from tests.analysis.test_file import ASYNC, found


def slots(source: str) -> list[str]:
    return [slot for _, slot, _ in found(ASYNC + source)]


def test_a_getter_that_puts_its_promise_in_its_own_place_keeps_it() -> None:
    source = "class A { get x() { const value = load(); Object.defineProperty(this, 'x', { value }); return value } }"

    assert slots(source + "\nexports.A = A") == ["this.x"]


def test_a_getter_of_a_prototype_that_puts_its_promise_in_its_own_place_keeps_it() -> None:
    inner = (
        "get() { const p = load(); Object.defineProperty(this, 'x', { value: p, writable: true }); return p }"
    )

    assert slots(f"class A {{}}\nObject.defineProperty(A.prototype, 'x', {{ {inner} }})") == ["this.x"]


def test_a_getter_that_puts_a_value_in_its_own_place_keeps_no_promise() -> None:
    source = (
        "class A { get x() { const value = {}; Object.defineProperty(this, 'x', { value }); return value } }"
    )

    assert slots(source + "\nexports.A = A") == []


def test_a_property_defined_under_a_guard_keeps_its_promise() -> None:
    source = "exports.f = (o) => { if (!o.p) Object.defineProperty(o, 'p', { value: load() }); return o.p }"

    assert slots(source) == ["o.p"]


def test_a_property_defined_in_a_constructor_or_at_module_load_keeps_no_request() -> None:
    source = (
        "class A { constructor() { Object.defineProperty(this, 'p', { value: load() }) } }\nexports.A = A\n"
    )

    assert slots(source + "Object.defineProperty(exports, 'p', { value: load() })") == []


def test_a_set_that_is_awaited_is_that_of_a_store_outside_the_process() -> None:
    filled = (
        "const m = make()\nexports.f = async (k) => { const v = load(); if (!m.get(k)) SET; return m.get(k) }"
    )

    assert slots(filled.replace("SET", "m.set(k, v)")) == ["m[…]"]
    assert slots(filled.replace("SET", "await m.set(k, v)")) == []
    assert slots(filled.replace("SET", "Promise.resolve(m.set(k, v)).catch(String)")) == []


def test_a_slot_that_gets_back_what_it_held_keeps_nothing_new() -> None:
    source = (
        "class A { f(again) { if (!this.promise) return; const held = again ? this.promise : undefined\n"
        " if (held) this.promise = VALUE; return this.promise } }\nexports.A = A"
    )

    assert slots(source.replace("VALUE", "held")) == []
    assert slots(source.replace("VALUE", "load()")) == ["this.promise"]


def test_an_entry_that_is_put_back_into_its_cache_is_not_kept_anew() -> None:
    source = "const promises = new Map()\n"
    source += "exports.f = (k) => { const held = VALUE; if (promises.has(k)) promises.set(k, held) }"

    assert slots(source.replace("VALUE", "promises.get(k)")) == []
    assert slots(source.replace("VALUE", "load(k)")) == ["promises[…]"]


def test_a_property_of_an_argument_that_is_made_a_promise_of_itself_is_no_memo() -> None:
    source = (
        "exports.f = (tx) => { if (tx.to != null) tx.to = Promise.resolve(VALUE).then(String); return tx }"
    )

    assert slots(source.replace("VALUE", "tx.to")) == []
    assert slots(source.replace("VALUE", "load()")) == ["tx.to"]


def test_a_weak_map_keyed_by_what_the_call_itself_makes_keeps_nothing_longer() -> None:
    source = (
        "const m = new WeakMap()\nexports.f = (fn) => { MADE if (!m.get(fn)) m.set(KEY, load()); return fn }"
    )

    assert slots(source.replace("MADE", "").replace("KEY", "fn")) == ["m[…]"]
    assert slots(source.replace("MADE", "const newFn = () => fn();").replace("KEY", "newFn")) == []


def test_a_weak_map_in_a_static_field_is_known_as_one() -> None:
    source = (
        "class A { static m = new MAP(); f(r) { if (!A.m.has(r)) A.m.set(r, load()); return A.m.get(r) } }"
    )

    assert slots(source.replace("MAP", "Map")) == ["A.m[…]"]
    assert slots(source.replace("MAP", "WeakMap")) == []
