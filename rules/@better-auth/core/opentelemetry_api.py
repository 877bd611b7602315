"""getOpenTelemetryAPI keeps the promise of loading the API, of which it only asks whether there is one.

The span of the first request makes it. Node's module loader keeps promises of the same load, so that it is not enough
to forget this one: the load is started in the async context of the process in which no request runs.
"""

from patcher.rule import HeldSlot, Rewrite, Rule
from patcher.text.async_root import with_root

RULE = Rule(
    id="@better-auth/core/opentelemetry-api",
    title="the load of the OpenTelemetry API is kept as a promise",
    why="The first request whose span is made starts this load, and the module keeps its promise for ever.",
    package="@better-auth/core",
    versions=">=1.7.4 <=1.7.25",
    files=("dist/instrumentation/api.mjs",),
    harness="harness/opentelemetry_api.cjs",
    held=(HeldSlot("(instrumentation/api.mjs)", ("openTelemetryAPIPromise",)),),
    rewrites=(
        Rewrite(
            find="let openTelemetryAPIPromise; let openTelemetryAPI;",
            write="let openTelemetryAPIPromise;" + with_root("let openTelemetryAPI;"),
        ),
        Rewrite(
            inside="function getOpenTelemetryAPI()",
            slot="$SLOT",
            find="if (!$SLOT) $SLOT = $LOAD();",
            write="if (!$SLOT) $SLOT = root.runInAsyncScope($LOAD);",
        ),
    ),
    program="""
        import { AsyncLocalStorage } from 'node:async_hooks'
        import { withSpan } from '@better-auth/core/instrumentation'
        const storage = new AsyncLocalStorage()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => { withSpan('work', {}, () => 1) })
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed') }, 500)
    """,
)
