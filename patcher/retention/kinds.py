"""The kinds of things that are kept: what a rule or a family says of its slot, and what the table was measured for."""

from dataclasses import dataclass
from typing import Literal

Kept = Literal[
    "promise",
    "web-stream",
    "timer",
    "reaction",
    "stream",
    "live-timer",
    "handle",
    "context",
    "storage",
    "request",
]
Growth = Literal["one for the process", "one a key", "one a request"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of kept thing.

    Attributes:
        id: what `Rewrite.keeps` and `Family.keeps` call it.
        name: how a sentence names one, with its article.
        plural: how a sentence names several.
        row: how a table names it.
        trials: the trials of `tests/retention/trials.cjs` that stand for it; none for what is known without one.
    """

    id: Kept
    name: str
    plural: str
    row: str
    trials: tuple[str, ...]


KINDS: dict[Kept, Kind] = {
    kind.id: kind
    for kind in (
        Kind(
            "promise",
            "a promise",
            "promises",
            "promise in a slot, settled or pending; its resolve function",
            ("settled promise", "promise of an async function", "pending promise", "resolve function"),
        ),
        Kind(
            "web-stream",
            "a web stream",
            "web streams",
            "web stream in a slot, read or not",
            ("ReadableStream",),
        ),
        Kind(
            "timer",
            "the handle of a timer that is done",
            "handles of timers that are done",
            "handle of a timer that fired or was cleared",
            (
                "timeout that fired",
                "timeout that was cleared",
                "interval that was cleared",
                "immediate that ran",
            ),
        ),
        Kind(
            "reaction",
            "a reaction on a promise that stays pending",
            "reactions on promises that stay pending",
            "`await`, `.then` or `race` on a promise that stays pending",
            (
                "await of a promise that stays pending",
                "then on a promise that stays pending",
                "race with a promise that stays pending",
                "for await on a stream that lives on",
            ),
        ),
        Kind(
            "stream",
            "a callback of `finished` or `pipeline` on a stream that lives on",
            "callbacks on streams that live on",
            "`finished` or `pipeline` on a stream that lives on",
            ("finished on a stream that lives on", "pipeline into a stream that lives on"),
        ),
        Kind(
            "live-timer",
            "a timer that runs",
            "timers that run",
            "interval or timeout that runs",
            (
                "interval that runs",
                "timeout that waits",
                "timeout whose handle is dropped",
                "AbortSignal.timeout that waits",
                "timers/promises interval",
            ),
        ),
        Kind(
            "handle",
            "an open handle",
            "open handles",
            "socket, server, session, worker, watcher, channel, resolver",
            (
                "net.connect",
                "http2.connect",
                "net.Server that listens",
                "http.Server that listens",
                "dgram socket",
                "dns.Resolver",
                "fs.watch",
                "child process",
                "Worker",
                "MessageChannel",
                "BroadcastChannel",
                "WebSocket",
            ),
        ),
        Kind(
            "context",
            "a bound async context",
            "bound async contexts",
            "`AsyncResource`, bound function, `snapshot`",
            ("AsyncResource", "AsyncResource.bind", "AsyncLocalStorage.bind", "AsyncLocalStorage.snapshot"),
        ),
        Kind(
            "storage",
            "an AsyncLocalStorage that a call made",
            "storages that calls make",
            "`AsyncLocalStorage` made by a call",
            ("AsyncLocalStorage made by a call",),
        ),
        Kind("request", "the request itself", "requests themselves", "the request itself", ()),
    )
}
