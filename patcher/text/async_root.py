"""The text of the root: the one async context of a process in which no request runs.

Whatever is made in it keeps no request. The root is an AsyncResource under a symbol that the whole process shares, so
that whoever needs it first makes it, and the earlier the better: before the first request. In one's own source it is an
import and a named constant that read like any other code. In an installed package it is one function at the end of the
file: no line moves, no name is taken from the package, and where there is no AsyncResource (browsers, old releases of
Node.js) the call is what it was.
"""

import re
from itertools import chain
from textwrap import dedent

from patcher.text.layout import newline_of

FUNCTION = "nextfixRoot"
PROMISE = "nextfixPromise"
HERE = "nextfixHere"
# Node.js 20.16 and 22.3 have process.getBuiltinModule. A bundler for browsers sees no import in it.
_FALLBACK = 'if(!hooks&&typeof require==="function")try{hooks=require("async_hooks")}catch(_){}'
_PACKAGE = (
    "function %s(make,...values){"
    'const all=typeof globalThis==="object"?globalThis:{},key=Symbol.for("nextfix.root"),node=all.process;'
    "let root=all[key];"
    "if(!root&&node&&node.versions){"
    'let hooks=node.getBuiltinModule&&node.getBuiltinModule("node:async_hooks");%s'
    'if(hooks)root=all[key]=new hooks.AsyncResource("nextfix.root")}'
    "return root?root.runInAsyncScope(make,undefined,...values):make(...values)}"
    "%s(()=>{})"
)
_PROMISE = (
    "function %s(own){let both;const made=%s(()=>new Promise((...given)=>{both=given}));"
    "try{own(...both)}catch(error){both[1](error)}return made}"
)
_HERE = (
    "function %s(){%s(()=>{});"
    'const root=typeof globalThis==="object"&&globalThis[Symbol.for("nextfix.root")];'
    "if(!root)return(call)=>call();"
    'const here=new root.constructor("nextfix.here");return(call)=>here.runInAsyncScope(call)}'
)
_STATEMENTS = """
const root = (() => {
    const key = Symbol.for("nextfix.root");
    const { AsyncResource } = globalThis.process?.getBuiltinModule?.("node:async_hooks") ?? {};
    if (AsyncResource) globalThis[key] ??= new AsyncResource("nextfix.root");
    return globalThis[key] ?? { runInAsyncScope: (run) => run() };
})();
"""
_OF_INSTANCE = """
const key = Symbol.for("nextfix.root");
const { AsyncResource } = globalThis.process?.getBuiltinModule?.("node:async_hooks") ?? {};
if (AsyncResource) globalThis[key] ??= new AsyncResource("nextfix.root");
Object.defineProperty(this, "_root", { value: globalThis[key] ?? { runInAsyncScope: (run) => run() } });
"""
_BUILTIN = re.compile(
    rb"""\brequire\(["'](?:node:[\w/]+|async_hooks|child_process|cluster|dgram|dns|fs|http|http2|https|net|os|path|tls|"""
    rb"""worker_threads|zlib)["']\)"""
)
_HAS_ROOT = re.compile(rb"function (%b\d*)\(make,\.\.\.values\)\{" % FUNCTION.encode())
_HAS_PROMISE = re.compile(rb"function (%b\d*)\(own\)\{" % PROMISE.encode())
_HAS_HERE = re.compile(rb"function (%b\d*)\(\)\{" % HERE.encode())
_TRAILER = re.compile(rb"(?:(?://[#@][^\n]*|/\*[#@][^\n]*?\*/)\s*)+\Z")
_OWN = re.compile(rb"\bconst\s+([\w$]+)[^=\n]*=[^\n]*Symbol\.for\([\"']nextfix\.root[\"']\)")


def with_root(template: str) -> str:
    """The template of a rule with `root` declared before it, in CommonJS and in an ES module alike.

    Where there is no `process.getBuiltinModule` (browsers, Node.js before 20.16 and 22.3) what is run in it is run as
    it was.
    """
    return _STATEMENTS + dedent(template).lstrip("\n")


def root_of_instance(before: str, after: str) -> str:
    """The template of a rule for a constructor, with the root as `this._root` between two of its statements.

    Whoever makes the instance outside of a request makes the root there, too.
    """
    return f"{dedent(before).strip()}{_OF_INSTANCE}{dedent(after).strip()}\n"


def package_root(
    source: bytes, *, server: bool = False, binds: bool = False, here: bool = False
) -> tuple[int, bytes]:
    """Where the functions of the root that a file of a package lacks go into it, and their text, on one line.

    Args:
        source: the file; the text is empty when it has all that it needs.
        server: whether no browser ever gets it.
        binds: whether it needs the function that makes a promise in the root, too.
        here: whether it needs the function that gives what runs a function in the context that there is.
    """
    name, promise = package_root_name(source).decode(), package_promise_name(source).decode()
    beside = (
        _HERE % (package_here_name(source).decode(), name) if here and not _HAS_HERE.search(source) else ""
    )
    made = _PROMISE % (promise, name) if binds and _HAS_PROMISE.search(source) is None else ""
    root = "" if has_package_root(source) else _root_function(source, name, server=server)
    text = (made + beside + root).encode()
    trailer = _TRAILER.search(source, max(0, len(source) - 4096))
    if trailer is None or not text:
        newline = newline_of(source)
        return len(source), text and (text + newline if source.endswith(b"\n") else newline + text)
    at = trailer.start()
    return at, text + b" " if source[at - 1 : at] == b"\n" else b";" + text + b" "


def _root_function(source: bytes, name: str, *, server: bool) -> str:
    # A file that needs Node.js anyway may ask older releases in their way.
    required = _BUILTIN.search(source) or (server and b"require(" in source)
    fallback = _FALLBACK if required else ""
    return _PACKAGE % (name, fallback, name)


def has_package_root(source: bytes) -> bool:
    """Whether a file has the root's function already."""
    return _HAS_ROOT.search(source) is not None


def package_root_name(source: bytes) -> bytes:
    """What the root's function is called in a file of a package: a name that nothing else there has."""
    return _free_name(source, FUNCTION, _HAS_ROOT)


def package_promise_name(source: bytes) -> bytes:
    """What the function is called that makes a promise in the root in a file of a package."""
    return _free_name(source, PROMISE, _HAS_PROMISE)


def package_here_name(source: bytes) -> bytes:
    """What the function is called that gives what runs a function in the context that there is."""
    return _free_name(source, HERE, _HAS_HERE)


def _free_name(source: bytes, name: str, there: re.Pattern[bytes]) -> bytes:
    known = there.search(source)
    if known is not None:
        return known[1]
    numbered = (f"{name}{number}" for number in range(2, 1000))
    return next(found for each in chain((name,), numbered) if (found := each.encode()) not in source)


def own_root(source: bytes) -> bytes:
    """What a file of one's own calls the root already, or the empty string."""
    found = _OWN.search(source)
    return found[1] if found else b""
