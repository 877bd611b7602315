"""What the analysis says of small sources: one behaviour a test, the trap beside the find."""

import contextlib

import pytest

from patcher.analysis.facts import code
from patcher.analysis.file import analyse
from patcher.errors import NextfixError
from patcher.syntax.tree import Dialect


def found(source: str, dialect: Dialect = Dialect.JAVASCRIPT) -> list[tuple[str, str, int]]:
    return [(site.family, site.slot, site.line) for site in analyse(source.encode(), dialect)]


ASYNC = "async function load() { return 1 }\n"

RETAINING = {
    "nullish assignment": "let p\nexports.f = () => (p ??= load())",
    "logical assignment": "let p\nexports.f = () => (p ||= load())",
    "logical or around an assignment": "let p\nexports.f = () => p || (p = load())",
    "an early return": "let p\nexports.f = () => { if (p) return p; p = load(); return p }",
    "a comparison with null": "let p = null\nexports.f = () => { if (p === null) p = load(); return p }",
    "a sequence": "let p\nexports.f = (a) => { if (!p) a(), p = load(); return p }",
    "an async function called at once": "let p\nexports.f = () => (p ??= (async () => 1)())",
    "a function that returns a promise": "const make = () => load()\nlet p\nexports.f = () => (p ??= make())",
    "new Promise": "let p\nexports.f = () => (p ??= new Promise((done) => setTimeout(done)))",
    "import()": "let p\nexports.f = () => (p ??= import('x'))",
    "an import that is awaited": "import { g } from 'x'\nlet p\nexport async function f() { p ??= g(); await p }",
    "a reset method": "let p\nexports.f = () => (p ??= load())\nexports.clear = () => { p = null }",
}

FREE = {
    "finally": "let p\nexports.f = () => (p ??= load().finally(() => { p = null }))",
    "then": "let p\nexports.f = () => (p ??= load().then(() => { p = null }))",
    "the value in the promise's place": "let p\nexports.f = () => (p ??= load().then((v) => (p = v)))",
    "a reset after await": "let p\nexports.f = async () => { p ??= load(); const v = await p; p = null; return v }",
    "a helper": "let p\nconst clear = () => { p = null }\nexports.f = () => (p ??= load().finally(clear))",
    "a reset inside": "let p\nexports.f = () => (p ??= run())\nasync function run() { await load(); p = null }",
    "the awaited value": "let p\nexports.f = async () => (p ??= await load())",
    "module load": "let p\np = load()\nexports.f = () => p",
    "a local variable": "exports.f = () => { let p; if (!p) p = load(); return p }",
    "a value": "let p\nexports.f = () => (p ??= require('x'))",
    "every call": "let p\nexports.f = () => { p = load(); return 1 }",
    "shutdown": "let closing\nexports.close = () => (closing ??= load())",
    "a constructor": "class A { constructor() { if (!this.p) this.p = load() } }\nexports.A = A",
    "an object of a request": "class A { constructor(req) {}\n f() { return (this.p ??= load()) } }\nexports.A = A",
    "a lazy promise": "exports.f = () => { let p; return { then(a) { p ??= load(); return p.then(a) } } }",
    "a WeakMap by a request": "const m = new WeakMap()\nexports.f = (r) => { if (!m.has(r)) m.set(r, load()) }",
}


@pytest.mark.parametrize("name", RETAINING)
def test_a_promise_kept_on_first_use_is_found(name: str) -> None:
    assert [slot for _, slot, _ in found(ASYNC + RETAINING[name])] == ["p"]


def test_names_that_all_lead_to_each_other_are_followed_in_bounded_time() -> None:
    names = [f"v{number}" for number in range(40)]
    given = "".join(f"{one} = {other};" for one in names for other in names if one != other)
    source = f"""function factory() {{
      let {", ".join(names)};
      const cache = {{}};
      function get(key) {{ if (!cache[key]) cache[key] = load(key).then(parse); return cache[key]; }}
      v0 = get; {given}
    }}
    factory();"""

    assert analyse(source.encode()) == []  # and no error that says that it takes too long


def test_an_empty_key_is_looked_up_in_bounded_time() -> None:
    source = ASYNC + 'const p = {}\nexports.f = (k) => (p[""] ??= load(p[k]))'

    assert found(source) == []


def test_a_file_that_takes_too_long_is_refused_also_in_the_middle_of_a_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(code, "MAX_SECONDS", -1)

    with pytest.raises(NextfixError, match="not analysed within"):
        analyse(b"let p\nexports.f = () => (p ??= load().then(parse))")


@pytest.mark.parametrize("name", FREE)
def test_a_promise_that_is_let_go_is_not_found(name: str) -> None:
    assert found(ASYNC + FREE[name]) == []


def test_a_reset_on_failure_alone_is_a_family_of_its_own() -> None:
    source = ASYNC + "let p\nexports.f = () => (p ??= load().catch((e) => { p = null; throw e }))"

    assert [family for family, _, _ in found(source)] == ["error-only-reset"]


def test_one_slot_is_one_finding() -> None:
    source = ASYNC + "let p\nexports.f = () => (p ??= load())\nexports.g = () => (p ??= load())"

    assert len(found(source)) == 1


def test_typescript_and_tsx_are_read() -> None:
    source = "let p: Promise<number> | undefined\nasync function load(): Promise<number> { return 1 }\n"
    source += "export function f(): Promise<number> { return (p ??= load()) }\n"

    assert (
        found(source, Dialect.TYPESCRIPT) == found(source, Dialect.TSX) == [("kept-promise-module", "p", 3)]
    )


def test_columns_count_characters_and_lines_start_at_one() -> None:
    [site] = analyse((ASYNC + "let p\nconst é = () => (p ??= load())").encode())

    assert (site.line, site.column, site.end_line) == (3, 18, 3)


def test_a_large_file_gives_what_its_small_part_gives() -> None:
    filler = "".join(f"function f{i}(a) {{\n  if (a) {{\n    return a + {i}\n  }}\n}}\n" for i in range(4000))
    part = ASYNC + "let kept\nexports.f = () => (kept ??= load())\n"
    lines = filler.count("\n")

    assert len(filler) > 200_000
    assert found(filler + part + filler) == [("kept-promise-module", "kept", lines + 3)]


def test_a_file_nested_too_deep_is_refused_and_does_not_crash() -> None:
    deep = ASYNC + "let p\n" + "[" * 100_000 + "p ??= load()" + "]" * 100_000

    with contextlib.suppress(NextfixError):
        assert analyse(deep.encode()) == []


def test_null_bytes_and_invalid_utf8_do_not_stop_the_analysis() -> None:
    source = b"// \xff\xfe\x80\n" + ASYNC.encode() + b"let p\nexports.f = () => (p ??= load())"

    assert [site.slot for site in analyse(source)] == ["p"]
