"""getDefaultDownloadFetch keeps the promise of the fetch that it made.

The first part that is downloaded by its URL makes it. On the way undici is loaded, which keeps promises of its own, and
so does Node's module loader: it is not enough to forget this one. It is made in the async context of the process in
which no request runs.
"""

from patcher.rule import HeldSlot, Rewrite, Rule
from patcher.text.async_root import with_root

RULE = Rule(
    id="@ai-sdk/provider-utils/safe-node-fetch",
    title="the fetch for downloads is memoized as a promise",
    why="The first request that downloads a part by its URL makes this promise, and the module keeps it for ever.",
    package="@ai-sdk/provider-utils",
    versions=">=3.0.31 <4.0.0-0 || >=4.0.41 <=4.0.66",
    files=("dist/index.js", "dist/index.mjs"),
    fixed_upstream="5.0.0",  # it has no such function
    harness="harness/safe_node_fetch.cjs",
    held=(
        HeldSlot("(dist/index.js)", ("safeNodeFetchPromise",)),
        HeldSlot("(dist/index.mjs)", ("safeNodeFetchPromise",)),
    ),
    rewrites=(
        Rewrite(
            slot="$SLOT",
            find="""
                async function getDefaultDownloadFetch() {
                    $$$BEFORE;
                    return $SLOT != null ? $SLOT : $SLOT = $MAKE();
                }
            """,
            write=with_root("""
                async function getDefaultDownloadFetch() {
                    $$$BEFORE;
                    return $SLOT != null ? $SLOT : $SLOT = root.runInAsyncScope($MAKE);
                }
            """),
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { downloadBlob } = require('@ai-sdk/provider-utils')
        const storage = new AsyncLocalStorage()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => { downloadBlob('https://service.invalid/').catch(() => {}) })
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed') }, 8000)
    """,
)
