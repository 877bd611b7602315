"""Code that a rewriter may get wrong: what it rewrites gives the same results, and its effects keep their order."""

import json
import shutil
import subprocess
from itertools import product
from typing import Any

import pytest

from patcher.syntax.tree import errors, parse
from tests.fix.fixing import fixed

NODE = shutil.which("node")
HEAD = "const log = exports.log = []\nconst say = (word, value) => (log.push(word), value)\n"
LOAD = (
    HEAD
    + "async function load(...given) { log.push('load', ...given); await null; log.push('loaded'); return given }\n"
)
# What a slot is given: each is an expression that makes a promise.
MADE = {
    "a call": "load(1)",
    "a comment in the call": "load(/* ) => { */ 1) // the end)",
    "a chain over lines": "load(1)\n    // and then\n    .then((x) => x)\n    .finally(() => say('done'))",
    "effects in order": "load(say('a', 1), say('b', 2), (log.push('c'), 3))",
    "a sequence": "(say('first'), load(2))",
    "this": "load(this === undefined, typeof this)",
    "arguments": "load(arguments.length, ...arguments)",
    "new.target": "load(new.target === undefined)",
    "optional chaining": "load?.(exports?.log?.length > 0).then?.((x) => x)",
    "a template": "load(`${say('t', 1)}`, `}) => {`, /[)}]=>/.source)",
    "an object": "load({ get x() { return say('get', 4) }, ['y' + 1]: 5 }.x)",
    "a spread": "load(...[1, 2].map((n) => say('m', n)))",
    "an async arrow": "(async () => { say('in'); return load(1) })()",
    "an async function with arguments": "(async function () { return load(arguments.length) })(1, 2)",
    "a default": "load(((a = say('default', 7)) => a)())",
    "destructuring": "load((({ a = say('d', 1), ...b }) => [a, b])({ c: 2 }))",
    "a promise by hand": "new Promise((done) => { say('made'); done(6) })",
    "one that fails": "load(1).then(() => { throw new Error('no') })",
    "one that throws": "load(null.x)",
    "an inner generator": "load([...(function* () { yield say('y', 1) })()].length)",
    "an inner class": "load(new (class { #a = say('f', 1); static b = say('s', 2); get a() { return this.#a } })().a)",
    "a label inside": "(async () => { out: for (const a of [1, 2]) { for (;;) { say('l', a); continue out } } })()",
    "awaits": "load(await say('w', Promise.resolve(3)))",
    "two awaits": "load(await say('w', 1), await say('v', 2))",
    "an await in a chain": "(await load(1)) && load(2)",
    "a comma in a group": "((load(1), load(2)))",
    "an arrow that gives an object": "load(1).then(() => ({ a: 1 }))",
    "a tagged template": "load(String.raw`\\n${1}`)",
    "a regular expression": "load('a/b'.split(/\\//).length)",
    "void and typeof": "load(void 0, typeof say('t', 1), !say('n', 0), -1)",
}
# Where the slot is filled.
FILLED = {
    "a statement": "let p\nHANDLE { if (!p) p = MADE\n  return p }",
    "no semicolons": "let p\nHANDLE {\n  if (!p)\n    p = MADE\n  ;[1].map((n) => say('asi', n))\n  return p\n}",
    "logical assignment": "let p\nHANDLE { return (p ??= MADE\n) }",
    "or": "let p\nHANDLE { return p || (p = MADE\n) }",
    "a map": "const m = new Map()\nHANDLE { if (!m.has('k')) m.set('k', MADE\n); return m.get('k') }",
    "an object": "const o = {}\nHANDLE { if (!o.k) o.k = MADE\n; return o.k }",
    "a race": "const pending = new Promise(() => {})\nHANDLE { return Promise.race([MADE\n, pending]) }",
    "a race, the late one first": "const pending = new Promise(() => {})\n"
    "HANDLE { return Promise.race([pending, MADE\n]) }",
    "a race of three": "const pending = new Promise(() => {})\n"
    "HANDLE { return await Promise.race([say('r', load(8)), pending, MADE\n]) }",
    "a promise by hand": "const calls = new Map()\n"
    "HANDLE { return new Promise((yes, no) => { calls.set('k', yes); MADE\n.then(yes, no) }) }",
    "strict, in a label": "'use strict'\nlet p\nHANDLE { here: { if (p) break here; p = MADE\n }\n  return p }",
}
HARNESS = """
async function run(source) {
  const exports = {}
  new Function("exports", "require", source)(exports, require)
  const out = []
  for (let n = 0; n < 3; n++) {
    try {
      const made = exports.handle.call({ own: 1 }, n, 2)
      exports.log.push("called")
      const value = await made
      out.push(value)
    } catch (error) { out.push(error.constructor.name + ": " + error.message) }
  }
  return [JSON.stringify(out), JSON.stringify(exports.log)]
}
;(async () => {
  process.on("unhandledRejection", () => {})
  const all = []
  for (const text of JSON.parse(require("fs").readFileSync(0, "utf8"))) all.push(await run(text))
  console.log(JSON.stringify(all))
})()
"""


def _sources() -> dict[str, str]:
    found = {}
    for (filled, frame), (kind, made) in product(FILLED.items(), MADE.items()):
        if "await " in made and filled == "a promise by hand":
            continue  # its executor is no async function
        head = (
            "exports.handle = async function ()"
            if "await " in made + frame
            else "exports.handle = function ()"
        )
        text = frame.replace("HANDLE", head).replace("MADE", made)
        text = (
            text.replace("'use strict'\n", "'use strict'\n" + LOAD) if "'use strict'" in text else LOAD + text
        )
        found[f"{filled}: {kind}"] = text + "\n"
    return found


def _run(texts: list[str]) -> Any:
    assert NODE is not None
    done = subprocess.run(
        [NODE, "-e", HARNESS],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(NODE is None, reason="no node on PATH: nothing can be run")
@pytest.mark.parametrize("package", [False, True], ids=["own", "package"])
def test_results_and_the_order_of_effects_stay_what_they_were(package: bool) -> None:
    sources = _sources()
    made = {name: fixed(text, "detached", package=package) for name, text in sources.items()}
    changed = [name for name, result in made.items() if result.fixed]
    texts = [made[name].new.decode() for name in changed]
    before, after = _run([sources[name] for name in changed]), _run(texts)

    assert len(sources) > 320
    assert len(changed) >= 300
    assert [
        name for name, text in zip(changed, texts, strict=True) if any(errors(parse(text.encode()).root_node))
    ] == []
    differing = {n: (b, a) for n, b, a in zip(changed, before, after, strict=True) if b != a}
    assert differing == {}
