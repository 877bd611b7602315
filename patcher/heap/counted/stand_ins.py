"""The classes with objects that stand for a request: Node's, those of frameworks, and what each tracer keeps of one.

A tracer's store holds its span, scope or transaction, seldom the request itself: what a promise or a timer
keeps is then that object, and the IncomingMessage is collected.
"""

from dataclasses import dataclass

from patcher.catalogue.frameworks import FRAMEWORKS
from patcher.heap.read.strings import quoted

Path = tuple[str, ...]
"""Names of edges, from an object to what is read of it."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A class of which a live object means that something of a request is alive.

    Attributes:
        name: the class, as a heap snapshot names it; instances of classes that extend it count too.
        of: the package or the framework that has it; `node` for Node's own.
        urls: where the object has the request's url; the first that leads to a text counts.
        query: where it has the rest of the url, when the url is only its path.
        trace: where it has what all objects of one request share.
        marks: properties of which it has one, since other packages have classes of that name too; none when
            the name is enough.
        unless: where an object has a text that stands for no request: a response to a request of the server's own.
        needs_url: whether an object without a url stands for no request (a global scope).
    """

    name: str
    of: str
    urls: tuple[Path, ...] = ()
    query: Path = ()
    trace: Path = ()
    marks: tuple[str, ...] = ()
    needs_url: bool = False
    unless: Path = ()


_SPAN_URLS = (
    *(("attributes", name) for name in ("http.target", "url.path", "http.url", "url.full")),
    ("attributes", "http.route"),
)
_WEB_URLS = (
    ("<symbol internal request>", "url"),
    ("#state", "url", "#context", "href"),
    ("<symbol state>", "url", "#context", "href"),
)

STAND_INS = (
    StandIn("IncomingMessage", "node", urls=(("url",),), unless=("statusMessage",)),
    StandIn("Http2ServerRequest", "node", urls=(("<symbol headers>", ":path"),)),
    # Route handlers of frameworks get one; other packages name their commands so.
    StandIn("Request", "node", urls=_WEB_URLS, needs_url=True),
    StandIn("_Request", "node", urls=_WEB_URLS, needs_url=True),  # Node 20 to 24 bundle it under that name
    *(
        StandIn(name, framework.name, urls=((url,),))
        for framework in FRAMEWORKS
        for name, url in framework.requests.items()
    ),
    StandIn(
        "DatadogSpan",
        "dd-trace",
        urls=(("_spanContext", "_tags", "http.url"),),
        trace=("_spanContext", "_trace"),
    ),
    StandIn(
        "SpanImpl",
        "@opentelemetry/sdk-trace-base",
        urls=_SPAN_URLS,
        query=("attributes", "url.query"),
        trace=("_spanContext", "traceId"),
    ),
    StandIn(
        "Span",
        "@opentelemetry/sdk-trace-base",
        urls=_SPAN_URLS,
        query=("attributes", "url.query"),
        trace=("_spanContext", "traceId"),
        marks=("_spanContext", "attributes"),
    ),
    StandIn(
        "Scope",
        "@sentry/core",
        urls=(("_sdkProcessingMetadata", "normalizedRequest", "url"),),
        needs_url=True,
    ),
    StandIn("Transaction", "newrelic", urls=(("url",), ("req", "url")), needs_url=True),
    StandIn("InstanaSpan", "@instana/core", urls=(("data", "http", "url"),), trace=("t",)),
    StandIn("RootSpanData", "@google-cloud/trace-agent", trace=("trace",)),
)

TRACERS = frozenset(each.of for each in STAND_INS) - {"node", *(each.name for each in FRAMEWORKS)} | {
    "elastic-apm-node"
}
"""The packages of which the class is known."""

# Tracers whose store is a plain object, or whose class cannot be distinguished from others: package -> what it keeps.
UNKNOWN_TRACERS = (
    *("cls-hooked", "continuation-local-storage", "aws-xray-sdk-core", "skywalking-backend-js"),
    *("appoptics-apm", "applicationinsights", "lightstep-tracer", "jaeger-client", "zipkin", "@dynatrace/oneagent-sdk"),
    *("atatus-nodejs", "@contrast/agent", "stackify-node-apm", "scout-apm"),
)  # fmt: skip

STORE = "AsyncLocalStorage store"
"""What a store is called of which nothing but itself stands for a request."""
# What tracers enter where there is no request: dd-trace around its own work, OpenTelemetry's root context.
IDLE_STORES = ("noop",)
STORE_CLASSES = ("BaseContext",)

NAMES = tuple(dict.fromkeys(each.name for each in STAND_INS))
_EDGES = {
    name
    for each in STAND_INS
    for path in (*each.urls, each.query, each.trace, each.marks, each.unless)
    for name in path
} | {*IDLE_STORES, "table"}
NEEDLES = tuple(quoted(name) for name in sorted({*NAMES, *_EDGES}))


def stand_ins_named(name: str) -> tuple[StandIn, ...]:
    """What is known of the class `name`; a class that nobody knows has the url in `url`, if any."""
    known = tuple(each for each in STAND_INS if each.name == name)
    return known or (StandIn(name, "", urls=(("url",), *_SPAN_URLS)),)
