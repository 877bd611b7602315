"""Fixing one file: what is written, what is refused and why, and what stays as it was."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patcher.analysis.file import analyse
from patcher.catalogue.load import families
from patcher.check.fix_findings import FIX_STYLES as STYLES
from patcher.syntax.tree import Dialect
from tests.fix.fixing import fixed, text
from tests.fix.shapes import ALL
from tests.rules.test_families import keeps_the_request

LOAD = "async function load() { return 1 }\n"
FIXABLE = [family for family in families().values() if family.rewrites]

REFUSED = {
    "a second guard": (
        "let p\nexports.f = (now) => { if (!p || now) p = load(); return p }",
        "guard asks for more",
    ),
    "a peek": (
        "let p\nexports.f = () => (p ??= load())\nexports.peek = () => p",
        "line 4 uses the promise too",
    ),
    "a reset": ("let p\nexports.f = () => (p ??= load())\nexports.reset = () => { p = null }", "line 4 uses"),
    "a use of the chain": (
        "let p\nexports.f = () => (p ??= load())\nexports.g = () => p.then(String)",
        "line 4 uses",
    ),
    "an exported slot": ("export let p\nexport const f = () => (p ??= load())", "other modules can reach"),
    "a name that is exported": ("let p\nexport const f = () => (p ??= load())\nexport { p }", "line 4 uses"),
    "a getter": (
        "class A { get f() { return (this.p ??= load()) } }\nexports.a = new A()",
        "getter cannot be async",
    ),
    "a throw": ("let p\nexports.f = (a) => { if (!a) throw 1; return (p ??= load()) }", "line 3 throws"),
    "another result": (
        "let p\nexports.f = (a) => { if (a) return 0; return (p ??= load()) }",
        "something else than",
    ),
    "no result": ("let p\nexports.f = (a) => { if (a) { return (p ??= load()) } }", "does not always end"),
    "a try": (
        "let p\nexports.f = async () => { try { return (p ??= load()) } catch { return 0 } }",
        "in a `try`",
    ),
    "an unknown callee": ("let aPromise\nexports.f = (g) => (aPromise ??= g())", "make it async first"),
    "a kept resolver": (
        "let p, done\nexports.f = () => (p ??= new Promise((ok) => { done = ok }))\nexports.g = () => done(1)",
        "resolves the promise is kept",
    ),
    "a promise to render": (
        "import { use } from 'react'\nlet p\nconst get = () => (p ??= load())\nexport const A = () => use(get())",
        "to React",
    ),
    "a swallowed failure": (
        "let p\nexports.f = () => (p ??= load().catch(() => { p = undefined }))",
        "uses the slot itself",
    ),
    "an object of others": (
        "function once(node) {\n  if (node.promise) return node.promise\n  node.promise = load()\n"
        "  return node.promise\n}\nconst graph = new Map()\nexports.f = () => once(graph.get('a'))",
        "no value can take its place",
    ),
    "a field that is taken apart": (
        "class A { f() { return (this.p ??= load()) } }\nconst a = new A()\nconst { p } = a\nexports.a = a",
        "line 4 uses the slot too",
    ),
    "a cache that is counted": (
        "const m = new Map()\nexports.f = (k) => { if (!m.has(k)) m.set(k, load()); return m.get(k) }\n"
        "exports.size = () => m.size",
        "line 4 uses the cache too",
    ),
    "a cache in an object": (
        "const m = {}\nexports.f = (k) => { if (!m[k]) m[k] = load(); return m[k] }",
        "the cache is a plain object",
    ),
    "a cache of another class": (
        "const m = new LRU()\nexports.f = (k) => { if (!m.has(k)) m.set(k, load()); return m.get(k) }",
        "no Map that is made empty",
    ),
    "a key that is computed": (
        "const m = new Map()\nexports.f = (k) => { if (!m.has(k())) m.set(k(), load()); return m.get(k()) }",
        "computed anew",
    ),
    "a timer asked for": (
        "let t\nexports.f = () => { clearTimeout(t); t = setTimeout(() => load(), 1) }\nexports.on = () => Boolean(t)",
        "line 4 uses the handle",
    ),
    "two timers": ("let t\nexports.f = () => { t = setTimeout(() => load(), 1); t.unref() }", "two may run"),
    "a generated file": ("/* @generated */ let p\nexports.f = () => (p ??= load())", "generated"),
    "a broken file": ("let p\nexports.f = () => (p ??= load())\nlet = = 1", "does not parse"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_unsafe_stays_as_it_is_with_the_reason(name: str) -> None:
    source, words = REFUSED[name]
    whole = LOAD + source + "\n"
    result = fixed(whole)

    assert result.new == whole.encode()
    assert [words in reason for reason in result.refused.values()] == [True], result.refused


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ALL)
def test_a_fixed_file_has_no_finding_and_is_not_fixed_twice(name: str, style: str) -> None:
    once = text(ALL[name], style)

    assert analyse(once.encode()) == []
    assert fixed(once, style).new == once.encode()


@pytest.mark.parametrize("family", FIXABLE, ids=lambda family: family.id)
def test_the_example_of_a_family_is_fixed_and_frees_its_request(family: Any) -> None:
    if shutil.which("node") is None:
        pytest.skip("no node on PATH: the example cannot be run")

    for style in STYLES:
        assert not keeps_the_request(text(family.retains, style))


def test_what_is_written_follows_the_file_s_own_way_to_name_and_indent() -> None:
    source = (
        LOAD
        + "let a_promise = null\nexports.f = () => (a_promise ??= (async () => {\n\treturn load()\n})())\n"
    )
    new = text(source)

    assert "let a_result\n" in new
    assert (
        "\t\ta_result = { value: await (a_promise ??= (async () => {\n\t\t\treturn load()\n\t\t})()) }\n"
        in new
    )
    assert "\t\ta_promise = null\n\t}\n}\n" in new


def test_a_jsdoc_type_is_not_made_wrong() -> None:
    source = LOAD + "/** @type {Promise<number> | undefined} */\nlet p\nexports.f = () => (p ??= load())\n"

    assert fixed(source).fixed
    assert ["JSDoc" in reason for reason in fixed(source, "documented").refused.values()] == [True]


def test_other_files_can_forbid_a_fix() -> None:
    field = LOAD + "class A { f() { return (this.p ??= load()) } }\nexports.a = new A()\n"
    result = fixed(field, foreign="b.js:3 names p too")

    assert (result.new, list(result.refused.values())) == (field.encode(), ["b.js:3 names p too"])


def test_the_lines_of_a_refusal_are_those_of_the_file_as_it_was() -> None:
    source = (
        LOAD
        + "let a, b\nexports.a = () => (a ??= load())\nexports.b = () => (b ??= load())\nexports.c = () => b\n"
    )
    result = fixed(source)

    assert len(result.fixed) == 1
    assert list(result.refused.values()) == ["line 5 uses the promise too"]


TYPED = """\
interface Session { id: number }
async function open(): Promise<Session> { return { id: 1 }; }
let settings: Promise<Session> | undefined; // for all
export function getSettings(): Promise<Session> {
  return (settings ??= open());
}
let late: Promise<Session> | null = null;
export const getLate = async () => {
  if (late === null) {
    late = open();
  }
  return late;
};
let early: Promise<Session>;
export async function getEarly() {
  if (early) return early;
  console.log("first");
  early = open();
  return early;
}
let counted: ReturnType<typeof open> | undefined;
export async function id(): Promise<number> {
  const session = await (counted ??= open().catch((error) => { counted = undefined; throw error; }));
  return session.id;
}
export class Client {
  private readyPromise?: Promise<Session>;
  #other: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly byId = new Map<string, Promise<Session>>();
  ready(): Promise<Session> {
    if (!this.readyPromise) {
      this.readyPromise = open().then((session) => session);
    }
    return this.readyPromise;
  }
  async other() {
    return await (this.#other ??= (async () => { await open(); })());
  }
  later() {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => { void this.other(); }, 10);
  }
  of(key: string): Promise<Session> {
    let entry = this.byId.get(key);
    if (!entry) {
      entry = open();
      this.byId.set(key, entry);
    }
    return entry;
  }
}
"""


@pytest.mark.parametrize("style", STYLES)
def test_declared_types_stay_right(style: str) -> None:
    new = text(TYPED, style, Dialect.TYPESCRIPT)

    boxes = {
        "single-flight": "private readyResult?: { value: Session };",
        "documented": "readyPromise?: { value: Session };",
        "detached": "private readyPromise?: Promise<Session>;",
    }
    assert boxes[style] in new
    assert new.count("\n") > TYPED.count("\n")


# What @types/node says of it.
ASYNC_HOOKS = """\
declare module "node:async_hooks" {
  export class AsyncResource {
    constructor(type: string)
    runInAsyncScope<This, Result>(fn: (this: This, ...args: any[]) => Result, thisArg?: This, ...args: any[]): Result
  }
}
"""


@pytest.mark.registry
@pytest.mark.parametrize("style", ["original", *STYLES])
def test_typescript_accepts_what_is_written(
    style: str, release: Callable[[str, str], Path], tmp_path: Path
) -> None:
    source = TYPED if style == "original" else text(TYPED, style, Dialect.TYPESCRIPT)
    (tmp_path / "a.ts").write_text(source)
    (tmp_path / "node.d.ts").write_text(ASYNC_HOOKS)
    compiler = release("typescript", "5.9.3") / "lib" / "tsc.js"
    options = ["--noEmit", "--strict", "--noUnusedLocals", "--target", "es2022", "--lib", "es2022,dom"]
    command = ["node", str(compiler), *options, "a.ts", "node.d.ts"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)

    assert (done.returncode, done.stdout) == (0, "")


def test_jsx_beside_a_memo_is_left_alone() -> None:
    source = LOAD + "let p\nexports.f = () => (p ??= load())\nexports.A = () => <b className='a'>{1}</b>\n"

    assert text(source).endswith("exports.A = () => <b className='a'>{1}</b>\n")


LINES = st.sampled_from(
    ["", "// a note", "const a1 = `b\n  c`", "function g(x) {\n\treturn x\n}", "/* é 日 */ let z9 = 1"]
)


@given(
    st.sampled_from(sorted(ALL)),
    st.sampled_from(STYLES),
    st.lists(LINES, max_size=4),
    st.lists(LINES, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_what_stands_around_a_memo_keeps_every_byte_and_the_file_its_newlines(
    name: str, style: str, before: list[str], after: list[str], newline: str, mark: bool
) -> None:
    once = list(dict.fromkeys((*before, *after)))
    around = [once[: len(set(before))], once[len(set(before)) :]]
    head, tail = ("".join(f"{{\n{line}\n}}\n" for line in part) for part in around)
    source = ("\ufeff" if mark else "") + (head + ALL[name] + tail).replace("\n", newline)
    result = fixed(source, style).new.decode()

    assert result != source
    assert result.startswith("\ufeff" if mark else head.replace("\n", newline) if style != "detached" else "")
    assert head.replace("\n", newline) in result
    assert result.endswith(tail.replace("\n", newline))
    assert (newline == "\n") == ("\r" not in result)
    assert newline == "\n" or result.count("\n") == result.count("\r\n")
    assert fixed(result, style).new.decode() == result
