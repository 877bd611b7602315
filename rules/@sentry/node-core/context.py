"""addContext keeps the promise of what is known of the machine.

The first event that is captured makes it. The contexts take its place; a failure is left as it was.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="@sentry/node-core/context",
    title="the contexts of events are memoized as a promise",
    why="The first request that captures an event makes this promise, and the integration keeps it for ever.",
    package="@sentry/node-core",
    versions=">=9.36.0 <10.52.0",
    files=("build/cjs/integrations/context.js", "build/esm/integrations/context.js"),
    fixed_upstream="10.52.0",  # the contexts are looked up when the integration is set up
    harness="harness/context.cjs",
    held=(HeldSlot("(integrations/context.js)", ("cachedContext",)),),
    rewrites=(
        Rewrite(
            inside="async function addContext($EVENT)",
            slot="$SLOT",
            find="""
                if ($SLOT === undefined) {
                    $SLOT = $LOAD();
                }
            """,
            write="""
                if ($SLOT === undefined) {
                    const pending = $LOAD();
                    $SLOT = pending;
                    pending.then((contexts) => {
                        $SLOT = contexts;
                    }, () => {});
                }
            """,
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { nodeContextIntegration } = require('@sentry/node-core')
        const storage = new AsyncLocalStorage()
        const integration = nodeContextIntegration()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => integration.processEvent({}))
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', integration) }, 500)
    """,
)
