"""What is counted: the object of each request that the tracer's store holds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Counted:
    """A class with one object a request.

    Args:
        name: the class, as a heap snapshot names it.
        of: what the objects are, for a report: `http.IncomingMessage objects`.
        prototype: JavaScript whose value is the prototype of the class, in a server that has loaded it.
        url: JavaScript whose value is the url of `each`, or undefined.
    """

    name: str
    of: str
    prototype: str
    url: str


REQUESTS = Counted(
    "IncomingMessage", "http.IncomingMessage objects", "require('http').IncomingMessage.prototype", "each.url"
)
# OpenTelemetry's store is a context with the span of the request in it, and not the request itself: what a
# promise or a timer keeps is the span, and the request is collected.
SPANS = Counted(
    "Span",
    "spans of requests, since OpenTelemetry's store does not hold the request itself",
    "require('@opentelemetry/sdk-trace-node').Span.prototype",
    "each.attributes['http.target']",
)
CLASSES = {counted.name: counted for counted in (REQUESTS, SPANS)}


def counted_with(tracer: str) -> Counted:
    """What is counted in a server that runs with `tracer`."""
    return SPANS if tracer == "opentelemetry" else REQUESTS
