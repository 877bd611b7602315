"""Programs of every kind of kept thing in many spellings: what requests make, times how small servers keep it.

A program is one thing of `THINGS` in one shape of `shapes.txt`, imported in one of the ways of `WAYS`, which take
turns. Its export `use(key, req, res)` is what a request does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHAPES = Path(__file__).with_name("shapes.txt")
ON_ERROR = "@m.on('error', () => {})"
CAUGHT = "@m.catch(() => {})"
PORT = "Number(process.env.PORT)"
LOAD = (
    "async function load(id) {\n  await pause(1)\n  return { id }\n}\n"
    "const pause = (ms) => new Promise((done) => setTimeout(done, ms))\n\n"
)
WAYS = ("named", "namespace", "default", "required", "taken", "inline", "renamed", "taken and renamed")
NAMES = ("kept", "client", "link", "current", "shared", "entries", "inner", "cached")
AT_LOAD = ("made at load", "made in constructor at load")
_MARKS = re.compile(r"@export (?:async )?function (\w+)|@(?:const|var) (\w+)")
_TOUCH = re.compile(r"@T\{([^}]*)\}")
_EMPTY = re.compile(r"\n\s*\n(?:\s*\n)*")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a request makes: its name, what it keeps the request as (empty when it keeps none), the expression
    with `@f` for the function of `module`, a statement that uses it, and what the program needs besides."""

    name: str
    keeps: str
    expression: str
    touch: str = ""
    module: str = ""
    function: str = ""
    before: str = ""


def _of(module: str, function: str, keeps: str, expression: str, touch: str = "") -> Thing:
    return Thing(f"{module}.{function}", keeps, expression, touch, module, function)


HANDLES = (
    _of("net", "connect", "handle", f"@f({PORT}, '127.0.0.1')", ON_ERROR),
    _of("net", "createConnection", "handle", f"@f({{ port: {PORT}, host: '127.0.0.1' }})", ON_ERROR),
    _of("net", "Socket", "handle", f"new @f().connect({PORT}, '127.0.0.1')", ON_ERROR),
    _of("tls", "connect", "handle", f"@f({{ port: {PORT}, rejectUnauthorized: false }})", ON_ERROR),
    _of("http2", "connect", "handle", "@f('http://127.0.0.1:' + process.env.PORT)", ON_ERROR),
    _of("dgram", "createSocket", "handle", "@f('udp4')", ON_ERROR),
    _of("net", "createServer", "handle", "@f(() => {}).listen(0)", "@m.unref()"),
    _of("http", "createServer", "handle", "@f((_, answer) => answer.end()).listen(0)", "@m.unref()"),
    _of("fs", "watch", "handle", "@f('.', () => {})", "@m.unref()"),
    _of(
        "worker_threads",
        "Worker",
        "handle",
        "new @f('setInterval(() => {}, 1000)', { eval: true })",
        ON_ERROR,
    ),
    _of("worker_threads", "MessageChannel", "handle", "new @f()"),
    _of("worker_threads", "BroadcastChannel", "handle", "new @f('events')", "@m.unref()"),
    _of("child_process", "spawn", "handle", "@f('sleep', ['20'])", ON_ERROR),
    _of("dns", "Resolver", "handle", "new @f()", "@m.setServers(['127.0.0.1'])"),
    _of("dns/promises", "Resolver", "handle", "new @f()", "@m.setServers(['127.0.0.1'])"),
    _of("zlib", "createGzip", "handle", "@f()", ON_ERROR),
    _of("perf_hooks", "monitorEventLoopDelay", "handle", "@f()", "@m.enable()"),
)
CONTEXTS = (
    _of("async_hooks", "AsyncResource", "context", "new @f('JOB')"),
    Thing("bind", "context", "@f.bind(() => {})", "", "async_hooks", "AsyncResource"),
    Thing("storage bind", "context", "@f.bind(() => {})", "", "async_hooks", "AsyncLocalStorage"),
    Thing("snapshot", "context", "@f.snapshot()", "", "async_hooks", "AsyncLocalStorage"),
    _of("events", "EventEmitterAsyncResource", "context", "new @f({ name: 'BUS' })"),
)
TIMERS = (
    Thing("setInterval", "live-timer", "setInterval(() => {}, 1000)", "@m.unref()"),
    Thing("AbortSignal.timeout", "live-timer", "AbortSignal.timeout(60_000)"),
)
STREAMS = (
    Thing("ReadableStream", "web-stream", "new ReadableStream({ start(c) { c.enqueue('a') } })"),
    Thing("TransformStream", "web-stream", "new TransformStream()"),
)
PROMISES = (
    Thing("own function", "promise", "load(1)", CAUGHT, before=LOAD),
    Thing("new Promise", "promise", "new Promise((resolve) => setTimeout(resolve, 1))", CAUGHT),
    Thing("Promise.all", "promise", "Promise.all([1, 2])", CAUGHT),
    _of("fs/promises", "readFile", "promise", "@f('/dev/null')", CAUGHT),
    Thing("import()", "promise", "import('node:zlib')", CAUGHT),
    _of("timers/promises", "setTimeout", "promise", "@f(1)", CAUGHT),
    Thing("subtle", "promise", "crypto.subtle.digest('SHA-256', new Uint8Array(2))", CAUGHT),
)
FREE = (
    Thing("value", "", "Object.freeze({ at: Date.now() })"),
    _of("events", "EventEmitter", "", "new @f()", ON_ERROR),
    _of("stream", "PassThrough", "", "new @f()", ON_ERROR),
    _of("fs", "createReadStream", "", "@f(process.execPath)", ON_ERROR),
    _of("crypto", "createHash", "", "@f('sha256')"),
    Thing("AbortController", "", "new AbortController()"),
    _of("vm", "createContext", "", "@f({})"),
    _of("fs", "readFileSync", "", "@f('/dev/null')"),
    _of("http", "Agent", "", "new @f()"),
    _of("tls", "createSecureContext", "", "@f()"),
    _of("perf_hooks", "PerformanceObserver", "", "new @f(() => {})"),
    _of("buffer", "Blob", "", "new @f(['a'])"),
)
THINGS = (*HANDLES, *CONTEXTS, *TIMERS, *STREAMS, *PROMISES, *FREE)


@dataclass(frozen=True, slots=True)
class Program:
    """A program, what it makes and how it keeps it; `suffix` is that of its file, `kept` whether a request stays."""

    thing: Thing
    shape: str
    suffix: str
    source: str
    kept: bool


def shapes() -> dict[str, str]:
    """The spellings by name."""
    parts = re.split(r"^=== ", SHAPES.read_text(), flags=re.MULTILINE)[1:]
    return {name: text.strip("\n") + "\n" for name, _, text in (part.partition("\n") for part in parts)}


def programs() -> Iterator[Program]:
    """Every thing in every shape."""
    for first, thing in enumerate(THINGS):
        for second, (shape, text) in enumerate(shapes().items()):
            way = WAYS[(first * 3 + second * 5) % len(WAYS)]
            name = NAMES[(first + second) % len(NAMES)]
            suffix, source = _written(thing, text, way, name)
            yield Program(thing, shape, suffix, source, bool(thing.keeps) and shape not in AT_LOAD)


def _written(thing: Thing, text: str, way: str, name: str) -> tuple[str, str]:
    typed = text.startswith("@typescript\n")
    text = text.removeprefix("@typescript\n")
    if typed or (way == "default" and "/" in thing.module):
        way = "named"
    common = way in WAYS[3:6] or way == WAYS[7]
    head, called = _imported(thing, way)
    made = thing.expression.replace("@f", called)
    own = re.sub(r"\W", "", thing.name) + name
    text = _TOUCH.sub(lambda match: thing.touch.replace("@m", match[1]), text)
    text = text.replace("@E", made).replace("@k", name).replace("@u", own)
    given = ", ".join(first or second for first, second in _MARKS.findall(text))
    for mark in ("export ", "const ", "var "):
        word = "" if mark == "export " else mark
        text = text.replace(f"@{mark}", word if common else ("export " + word))
    text = _EMPTY.sub("\n\n", text)
    before = (
        thing.before.replace("(id)", "(id: string)").replace("(ms)", "(ms: number)")
        if typed
        else thing.before
    )
    tail = f"\nmodule.exports = {{ {given} }}\n" if common else ""
    return ".ts" if typed else ".cjs" if common else ".mjs", head + before + text + tail


def _imported(thing: Thing, way: str) -> tuple[str, str]:
    """What loads the module of a thing in one of the `WAYS`, and how its function is called then."""
    module, function = thing.module, thing.function
    if not module:
        return "", ""
    space = re.sub(r"\W|_", "", module)
    alias = "own" + function[:1].upper() + function[1:]
    inline = f"require('{module}').{function}"
    return {
        "named": (f"import {{ {function} }} from 'node:{module}'\n\n", function),
        "namespace": (f"import * as {space} from 'node:{module}'\n\n", f"{space}.{function}"),
        "default": (f"import {space} from 'node:{module}'\n\n", f"{space}.{function}"),
        "required": (f"const {space} = require('{module}')\n\n", f"{space}.{function}"),
        "taken": (f"const {{ {function} }} = require('node:{module}')\n\n", function),
        "inline": ("", f"({inline})" if "new @f" in thing.expression else inline),
        "renamed": (f"import {{ {function} as {alias} }} from '{module}'\n\n", alias),
        "taken and renamed": (f"const {{ {function}: {alias} }} = require('{module}')\n\n", alias),
    }[way]
