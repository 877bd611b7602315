"""How long a slot lives."""

from tests.analysis.test_file import ASYNC, found


def test_a_cache_that_is_the_default_of_a_parameter_lives_as_long_as_what_it_is() -> None:
    source = ASYNC + "const shared = new Map()\nexports.f = (k, cache = HELD) => {\n"
    source += " if (!cache.has(k)) cache.set(k, load(k)); return cache.get(k) }"

    assert [slot for _, slot, _ in found(source.replace("HELD", "shared"))] == ["cache[…]"]
    assert found(source.replace("HELD", "new Map()")) == []


def test_an_object_whose_prototype_has_a_then_is_used_once() -> None:
    source = "function A() {}\nA.prototype.NAME = function (a) { return this.get().then(a) }\n"
    source += (
        "A.prototype.get = function () { return this.p || (this.p = new Promise((a) => { this.a = a })) }\n"
    )

    assert found(source.replace("NAME", "then")) == []
    assert [slot for _, slot, _ in found(source.replace("NAME", "each"))] == ["this.p"]


def test_a_class_of_its_own_file_that_handlers_alone_instantiate_lives_as_long_as_a_request() -> None:
    source = ASYNC + "class Held { get() { return (this.p ??= load()) } }\n"
    source += "exports.use = async (NAME, next) => { await new Held(NAME).get(); await next() }"
    handled = source.replace("NAME", "ctx")

    assert found(handled) == []
    for kept in (
        source.replace("NAME", "options"),
        handled + "\nexports.Held = Held",
        handled.replace("class", "export class"),
    ):
        assert [slot for _, slot, _ in found(kept)] == ["this.p"]
