"""A module variable keeps the promise of the WebAssembly code, which the first consumer of a source map loads.

The instance takes its place, and whoever asks gets a promise as before. A load that failed is tried again as before.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="source-map/wasm",
    title="the WebAssembly code is memoized as a promise",
    why="The first request that reads a source map makes this promise, and the module keeps it for ever.",
    package="source-map",
    versions=">=0.7.0 <=0.8.0",
    files=("lib/wasm.js",),
    dead=("dist/source-map.js",),
    harness="harness/wasm.cjs",
    held=(HeldSlot("(lib/wasm.js)", ("cachedWasm",)),),
    rewrites=(
        Rewrite(
            slot="cachedWasm",
            find="""
                if (cachedWasm) {
                    return cachedWasm;
                }
                $$$BEFORE;
                cachedWasm = $LOAD;
                return cachedWasm;
            """,
            write="""
                if (cachedWasm) {
                    return Promise.resolve(cachedWasm);
                }
                $$$BEFORE;
                const pending = $LOAD;
                cachedWasm = pending;
                pending.then((instance) => {
                    cachedWasm = instance;
                }, () => {});
                return pending;
            """,
        ),
    ),
    program="""
        void [process.stdout, process.stderr] // what Node makes once, and before Node 24 keeps
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { SourceMapConsumer } = require('source-map')
        const storage = new AsyncLocalStorage()
        const map = { version: 3, sources: ['a.js'], names: [], mappings: 'AAAA' }
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => { SourceMapConsumer.with(map, null, () => {}) })
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed') }, 500)
    """,
)
