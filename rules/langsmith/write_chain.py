"""A client that compresses runs as they are queued keeps the promise at the end of its chain of writes.

Each traced run puts one more promise behind the last one, so the client keeps the request that traced the last run. The
chain belongs to the client and to no request: it is made in the async context of the process in which none runs.

In `write`, `getStore()` gives nothing: the span of sending a buffer is a root of its own.
"""

from patcher.rule import HeldSlot, Rewrite, Rule
from patcher.text.async_root import with_root

RULE = Rule(
    id="langsmith/write-chain",
    title="the chain of writes ends in a promise of the request that traced last",
    why="Each request whose run is traced adds a promise to this chain, and the client keeps the last one for ever.",
    package="langsmith",
    versions=">=0.11.5 <=0.12.0",
    files=("lib/client.js", "lib/client.mjs"),
    harness="harness/client.cjs",
    held=(HeldSlot("Client", ("_compressedWriteChain",)),),
    rewrites=(
        Rewrite(
            inside="constructor($_) {}",
            find="""
                Object.defineProperty(this, "_compressedWriteChain", {
                    enumerable: true, configurable: true, writable: true, value: Promise.resolve()
                });
            """,
            write=with_root("""
                Object.defineProperty(this, "_root", {
                    value: root
                });
                Object.defineProperty(this, "_compressedWriteChain", {
                    enumerable: true,
                    configurable: true,
                    writable: true,
                    value: root.runInAsyncScope(() => Promise.resolve())
                });
            """),
        ),
        Rewrite(
            slot="this._compressedWriteChain",
            find="this._compressedWriteChain = this._compressedWriteChain.then(write).catch($FAILED);",
            write="""
                this._compressedWriteChain = this._root.runInAsyncScope(() => this._compressedWriteChain
                    .then(write)
                    .catch($FAILED));
            """,
        ),
        Rewrite(
            inside="async _flushCompressedBuffers()",
            slot="this._compressedWriteChain",
            find="""
                const taken = this._compressedWriteChain.then($TAKE);
                this._compressedWriteChain = taken.then(() => undefined);
            """,
            write="""
                const taken = this._root.runInAsyncScope(() => this._compressedWriteChain.then($TAKE));
                this._compressedWriteChain = this._root.runInAsyncScope(() => taken.then(() => undefined));
            """,
        ),
    ),
    program="""
        void [process.stdout, process.stderr, fetch('data:,')] // what Node makes once, and before Node 24 keeps
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { Client } = require('langsmith')
        const storage = new AsyncLocalStorage()
        const fetchImplementation = async () => new Response('{}')
        const options = { apiUrl: 'http://127.0.0.1:1', apiKey: 'key', timeout_ms: 100, manualFlushMode: true }
        const client = new Client({ ...options, fetchImplementation })
        client._serverInfo = { instance_flags: { gzip_body_enabled: true } } // of a server that takes compressed runs
        const id = crypto.randomUUID()
        const run = { id, trace_id: id, dotted_order: `20260101T000000000000Z${id}`, name: 'run', run_type: 'chain' }
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, async () => { await client.createRun({ ...run, inputs: {} }); await client.flush() })
        store = undefined
        const report = () => { gc(); console.log(seen.deref() ? 'kept' : 'freed', typeof client) }
        setTimeout(() => { gc(); setTimeout(report, 500) }, 2000)
    """,
)
