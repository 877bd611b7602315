"""Texts around kept things that a rewriter may get wrong, put together by chance."""

import re
from dataclasses import dataclass
from random import Random

# The end of a name, where a number takes its place, so that no two parts share one.
_NUMBER = re.compile(r"(?<=[a-z])N\b")
# Each keeps something of a request.
_ALL_KEPT = r"""
let pN; exports.memoN = () => pN ??= loadN(`a${1}b`, /[)}]=>/, 'x')
async function loadN() {}
----
let qN; exports.sharedN = function () { if (!qN) qN = readN().then((x) => ({ x })); return qN }
async function readN() {}
----
const mapN = new Map(); exports.keyedN = (k) => { if (!mapN.has(k)) mapN.set(k, pullN(k)); return mapN.get(k) }
async function pullN(k) { return k }
----
exports.raceN = async (work) => Promise.race([
  work(), new Promise((_, no) => setTimeout(() => no(new Error(') => {')), 60_000)),
])
----
const waitingN = []; exports.waitN = () => new Promise((yes) => { waitingN.push(yes) });
exports.serveN = () => { const w = waitingN[0]; w && w() }
----
const callsN = new Map();
exports.callN = (id, send) => new Promise((resolve, reject) => { callsN.set(id, { resolve, reject }); send(id) });
exports.answerN = (id) => callsN.get(id).resolve(1)
----
class BoxN { record(x) { if (!this.timer) this.timer = setInterval(() => this.flush(), 1e3) } flush() {} }
exports.boxN = new BoxN()
"""
KEPT = [part.strip("\n") for part in _ALL_KEPT.split("----")]
# What stands beside it; none of it is to change.
BESIDE = (
    "// root.runInAsyncScope(() => { `",
    "/* nextfixRoot(() => load()) */",
    "const reN = /[)}`'\"]\\/=>(?<a>\\/)/gu;",
    "const tpN = `a ${ `b ${ '}' + `\\`` }` } ) => {`;",
    "const stN = 'it\\'s \\u2028 // not a comment';",
    "const caN = 'Kätzchen 🐈 \u2029';",
    "outN: for (const a of [1]) { for (;;) { continue outN } }",
    "const obN = { 'a-b': 1, [`c${1}`]() { return /}/ }, get d() { return 1 }, async *e() { yield* [] } };",
    "class ClN { #a = 1; static { this.b = 2 } get a() { return this.#a } }",
    "var diN = 4 / 2 / 1;",
    "if (exports.x) { } else { ; ; }",
    "exports.idN = ((a, b = (c) => c) => a ?? b?.(1))(1);",
    "const seN = (1, 2), teN = String.raw`\\${1}`;",
)
STARTS = (
    "",
    "#!/usr/bin/env node\n",
    "'use strict'\n",
    '"use strict";\n',
    "/** @license (c) `) => {` */\n",
    "\ufeff",
)
ENDS = (
    "",
    "\n",
    "\n\n",
    "\n//# sourceMappingURL=a.js.map",
    "\n/*# sourceMappingURL=a.js.map */\n",
    "\n// the end `",
)
BREAKS = ("\n", "\r\n")


@dataclass(frozen=True)
class Hostile:
    """A text, and how many things it keeps."""

    text: bytes
    kept: int


def hostile(chance: Random) -> Hostile:
    """A text of one to four kept things among other code, its lines ended in one way or the other."""
    kept = chance.sample(range(len(KEPT)), chance.randint(1, 4))
    parts = [KEPT[place] for place in kept] + chance.choices(BESIDE, k=chance.randint(0, 6))
    chance.shuffle(parts)
    lines = [_NUMBER.sub(str(number), part) for number, part in enumerate(parts)]
    text = chance.choice(STARTS) + "\n".join(lines) + chance.choice(ENDS)
    return Hostile(text.replace("\n", chance.choice(BREAKS)).encode(), len(kept))
