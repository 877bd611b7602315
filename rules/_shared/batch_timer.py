"""What the batch processors of OpenTelemetry keep alike: the timer of the next batch."""

from patcher.rule import Rewrite
from patcher.text.async_root import root_of_instance

TITLE = "the timer of the next batch is made in the request that ends first"
WHY = (
    "The first request that ends starts this timer, and each batch starts the next one from there: under traffic "
    "without a pause that request is kept for as long as it lasts, on every Node."
)
REWRITES = (
    Rewrite(
        find="""
            this._shutdownOnce = new $ONCE(this._shutdown, this);
            if ($LARGE) { $$$ADJUST; }
        """,
        write=root_of_instance(
            "this._shutdownOnce = new $ONCE(this._shutdown, this);",
            """
            if ($LARGE) {
                $$$ADJUST;
            }
            """,
        ),
    ),
    Rewrite(
        slot="this._timer",
        keeps="live-timer",
        find="this._timer = setTimeout($FLUSH, this._scheduledDelayMillis);",
        write="this._timer = this._root.runInAsyncScope(() => setTimeout($FLUSH, this._scheduledDelayMillis));",
    ),
)


def program_of_spans(package: str, options: str) -> str:
    """A program in which a request ends a span, and which prints whether that request is kept.

    Args:
        package: where the processor comes from.
        options: what the processor is made with, in JavaScript; `exporter` is at hand.
    """
    return """
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { BatchSpanProcessor } = require('PACKAGE')
        const storage = new AsyncLocalStorage()
        const exporter = { export: (batch, done) => done({ code: 0 }), shutdown: async () => {} }
        const processor = new BatchSpanProcessor(OPTIONS)
        let store = { request: {} }
        const seen = new WeakRef(store)
        const span = { spanContext: () => ({ traceFlags: 1 }), resource: {}, attributes: {} }
        storage.run(store, () => { processor.onEnd(span) })
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', processor) }, 500)
    """.replace("PACKAGE", package).replace("OPTIONS", options)
