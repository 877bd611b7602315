"""The classes that name no owner: what a climb from a kept object to its slot passes through."""

CONTAINERS = frozenset({"Object", "Array", "Map", "Set", "WeakMap", "WeakRef", "Arguments", ""})
RESOURCES = frozenset({"Promise", "Timeout", "Immediate", "Generator", "AsyncGenerator", "AsyncContextFrame"})
CONNECTION = frozenset(
    {"Socket", "TLSSocket", "HTTPParser", "TCP", "TLSWrap", "Pipe", "HTTPServerAsyncResource"}
)
# What Node and frameworks make anew for each request.
_PER_REQUEST = frozenset(
    {
        *("IncomingMessage", "ServerResponse"),
        *("ReadableState", "WritableState", "NodeNextRequest", "NodeNextResponse"),
        *("Http2ServerRequest", "Http2ServerResponse", "ServerHttp2Stream"),
    }
)
TRANSPARENT = CONTAINERS | RESOURCES | _PER_REQUEST | CONNECTION
# V8's storage behind an object's own properties: the object has an edge of its own to what lies in it.
SHADOWS = frozenset(
    {"(object properties)", "(object elements)", "system / PropertyArray", "system / PropertyCell"}
)


def is_internal(name: str) -> bool:
    """Whether V8 made up the name of the class: `system / Context`, `(object elements)`."""
    return name.startswith(("system / ", "("))
