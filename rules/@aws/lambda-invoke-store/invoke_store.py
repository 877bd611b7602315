"""getInstanceAsync keeps the promise of the one invoke store.

The AWS SDK asks for it in every call without a trace header, also outside of Lambda. The promise in flight is shared as
before; once it has settled, the store itself takes its place. It does not fail, so a failure is left as it was.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="@aws/lambda-invoke-store/invoke-store",
    title="the invoke store is memoized as a promise",
    why="The first request that calls the AWS SDK makes this promise, and the module keeps it for ever.",
    package="@aws/lambda-invoke-store",
    versions=">=0.2.0 <=0.3.0",
    files=("dist-cjs/invoke-store.js", "dist-es/invoke-store.js"),
    harness="harness/invoke_store.cjs",
    held=(
        HeldSlot("(dist-cjs/invoke-store.js)", ("instance",)),
        HeldSlot("(dist-es/invoke-store.js)", ("instance",)),
    ),
    rewrites=(
        Rewrite(
            inside="async function getInstanceAsync($$$_)",
            slot="$SLOT",
            find="""
                if (!$SLOT) {
                    $SLOT = (async () => { $$$BODY; })();
                }
                return $SLOT;
            """,
            write="""
                if (!$SLOT) {
                    const pending = (async () => {
                        $$$BODY;
                    })();
                    $SLOT = pending;
                    pending.then((store) => {
                        if ($SLOT === pending) $SLOT = store;
                    }, () => {});
                }
                return $SLOT;
            """,
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { InvokeStore } = require('@aws/lambda-invoke-store')
        const storage = new AsyncLocalStorage()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => InvokeStore.getInstanceAsync())
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed') }, 100)
    """,
)
