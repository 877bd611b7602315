"""What makes a thing that carries the context of its maker for as long as it is there, by the module that it is of."""

import re
from collections.abc import Iterator

from patcher.analysis.facts.code import Code, field, unwrap
from patcher.analysis.facts.imported import imported
from patcher.analysis.facts.scopes import binding
from patcher.analysis.prefilter.call_index import calls
from patcher.retention.kinds import Kept
from patcher.syntax.tree import Node

_ZLIB = (
    b"createGzip createGunzip createDeflate createInflate createDeflateRaw createInflateRaw createUnzip"
    b" createBrotliCompress createBrotliDecompress"
)
_HANDLES: dict[bytes, bytes] = {
    b"net": b"connect createConnection Socket createServer",
    b"tls": b"connect createServer",
    b"http": b"createServer",
    b"https": b"createServer",
    b"http2": b"connect createServer createSecureServer",
    b"dgram": b"createSocket",
    b"fs": b"watch watchFile",
    b"child_process": b"spawn fork",
    b"worker_threads": b"Worker MessageChannel BroadcastChannel",
    b"dns": b"Resolver promises.Resolver",
    b"dns/promises": b"Resolver",
    b"zlib": _ZLIB,
    b"perf_hooks": b"monitorEventLoopDelay",
    b"ws": b"WebSocket",
}
_CONTEXTS: dict[bytes, bytes] = {
    b"async_hooks": b"AsyncResource AsyncResource.bind AsyncLocalStorage.bind AsyncLocalStorage.snapshot",
    b"events": b"EventEmitterAsyncResource",
}
_GLOBALS: dict[bytes, Kept] = {
    **dict.fromkeys(
        (
            b"WebSocket",
            b"EventSource",
            b"BroadcastChannel",
            b"MessageChannel",
            b"CompressionStream",
            b"DecompressionStream",
        ),
        "handle",
    ),
    **dict.fromkeys((b"ReadableStream", b"TransformStream", b"WritableStream"), "web-stream"),
    b"AbortSignal.timeout": "live-timer",
    b"setInterval": "live-timer",
}
_MADE: dict[tuple[bytes, bytes], Kept] = {
    **{(module, name): "handle" for module, names in _HANDLES.items() for name in names.split()},
    **{(module, name): "context" for module, names in _CONTEXTS.items() for name in names.split()},
}
# The module of a default import is the class itself.
_WHOLE: dict[bytes, Kept] = {b"ws": "handle"}
# What is nothing yet when it is made: a server listens, and a socket connects, by another call.
_OPENED = {b"createServer": b".listen(", b"createSecureServer": b".listen(", b"Socket": b".connect("}
_NAMES = frozenset(
    {name.rpartition(b".")[2] for _, name in _MADE} | {name.rpartition(b".")[2] for name in _GLOBALS}
)
_MODULE = rb"[\"'](?:node:)?(?:%b)[\"']" % b"|".join(sorted({*_HANDLES, *_CONTEXTS}))
_NAMED_HERE = re.compile(_MODULE)
_FROM = re.compile(rb"from\s*")
_CLAUSES = re.compile(
    rb"(?:\b(?:import|const|let|var)\s+([^;=\"'()]{1,400}?)\s*(?:=\s*(?:await\s+)?(?:import|require|\w*[iI]mport\w*\(require)\(|from)\s*)"
    rb"%b" % _MODULE
)
_CLAUSE = 1_000  # bytes, from the keyword to the name of the module; a clause has 400 at most
_RENAMED = re.compile(rb"([\w$]+)\s*(?:as|:)\s*([\w$]+)")
_CALLS = tuple(name + closed + b"(" for name in sorted(_NAMES) for closed in (b"", b")"))
_OF_PLATFORM = tuple(name + b"(" for name in _GLOBALS)
_OF_NAMES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$")
# What only a program of Node has, and neither a page nor its bundle.
_SERVER = re.compile(
    rb"[\"']node:|\bprocess\.(?:on|once|pid|memoryUsage|env\.(?!NODE_ENV|[A-Z]+_PUBLIC_|REACT_APP_|VITE_)[A-Z])"
    rb"|\brequire\(|\((?:_?req|request),\s*(?:_?res|response|reply)\b|[\"'](?:express|fastify|koa|hono|ws)[\"']"
)


def maker_places(source: bytes) -> list[int]:
    """Where the arguments stand of what may make such a thing, by its name or by the one that the file gives it."""
    found = {
        place + len(token) - 1
        for token in _CALLS
        for place in calls(source, token)
        if place == 0 or source[place - 1] not in _OF_NAMES
    }
    if not found and b" as " not in source and b": " not in source:
        return []
    for alias in _aliases(source):
        found.update(match.end() - 1 for match in re.finditer(rb"(?<![\w$.])%b\(" % re.escape(alias), source))
    return sorted(found)


def has_makers(source: bytes) -> bool:
    """Whether a file loads a module that makes such things, by any name, or calls what the platform has for it."""
    return any(token in source for token in _OF_PLATFORM) or any(
        _NAMED_HERE.match(source, place) is not None for place in _module_places(source)
    )


def _aliases(source: bytes) -> Iterator[bytes]:
    for place in _module_places(source):
        module = _NAMED_HERE.match(source, place)
        start = max(0, place - _CLAUSE)
        for clause in _CLAUSES.finditer(source, start, module.end()) if module is not None else ():
            for name, alias in _RENAMED.findall(clause[1] or b""):
                if name in _NAMES and alias not in _NAMES:
                    yield alias


def _module_places(source: bytes) -> Iterator[int]:
    """Where the name of a module may stand: after `require(`, `import(` and `from`."""
    for token in (b"require(", b"import("):
        yield from (place + len(token) for place in calls(source, token))
    yield from (match.end() for match in _FROM.finditer(source))


def made_kind(code: Code, call: Node) -> Kept | None:
    """The kind of thing that a call or `new` makes, None when it makes none that keeps a context."""
    named = field(call, "constructor") if call.type == "new_expression" else field(call, "function")
    if named is None:
        return None
    origin = imported(code, unwrap(named))
    if origin is not None:
        module, name = origin
        opened = _OPENED.get(name)
        if opened is not None and opened not in code.source:
            return None
        kind = _MADE.get((module, name)) if name else _WHOLE.get(module)
        if kind is None or _is_made(name) == (call.type == "new_expression"):
            return kind
        return None
    return _of_platform(code, named, call)


def _is_made(name: bytes) -> bool:
    """Whether a name is that of a class, of which `new` makes an instance."""
    return name == b"" or name.rpartition(b".")[2][:1].isupper()


def _of_platform(code: Code, named: Node, call: Node) -> Kept | None:
    text = code.text(named).removeprefix(b"globalThis.").removeprefix(b"global.")
    kind = _GLOBALS.get(text)
    head = named
    while head.type == "member_expression" and (inner := field(head, "object")) is not None:
        head = inner
    if kind is None or (head.type == "identifier" and binding(code, head) is not None):
        return None
    if text[:1].islower() or b"." in text:
        return kind
    if call.type != "new_expression":
        return None
    return kind if text.endswith(b"Stream") or _SERVER.search(code.source) is not None else None
