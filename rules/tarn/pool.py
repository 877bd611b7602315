"""A pool starts its reaping, and opens its connections, in whatever request comes first.

The interval lives as long as the pool has a connection, and with `min` above zero for ever; a connection lives until it
is idle for too long. Both are live handles: on every Node they keep the request that made them, whatever becomes of its
promises. They belong to the pool and to no request, so they are made in an async context in which none runs. That is
the one of the process where there is one (see patcher.detached), else it is made with the first pool.

In `create`, `getStore()` gives nothing: the span of opening a connection is a root of its own.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="tarn/pool",
    title="a pool's interval and its connections are made in the request that comes first",
    why="The first query starts an interval and opens a connection: both live on and keep their request on every Node.",
    package="tarn",
    versions=">=1.1.5 <=3.1.2",
    files=("lib/Pool.js", "dist/Pool.js"),
    harness="harness/pool.cjs",
    held=(
        HeldSlot(
            paths=("interval",), properties=frozenset({"pendingAcquires", "pendingCreates", "interval"})
        ),
    ),
    rewrites=(
        Rewrite(
            inside="constructor($OPTIONS) {}",
            find="this.destroyed = false; this.interval = null;",
            write="""
                this.destroyed = false;
                const { AsyncResource } = require("async_hooks");
                const symbol = Symbol.for("nextfix.root");
                if (!globalThis[symbol]) globalThis[symbol] = new AsyncResource("nextfix.root");
                this.root = globalThis[symbol];
                this.interval = null;
            """,
        ),
        Rewrite(
            inside="_create() {}",
            find="callbackOrPromise(this.creator).then($CREATED).catch($FAILED);",
            write="this.root.runInAsyncScope(() => callbackOrPromise(this.creator)).then($CREATED).catch($FAILED);",
        ),
        Rewrite(
            inside="_startReaping() {}",
            slot="this.interval",
            keeps="live-timer",
            find="this.interval = setInterval($CHECK, this.reapIntervalMillis);",
            write="this.interval = this.root.runInAsyncScope(() => setInterval($CHECK, this.reapIntervalMillis));",
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { Pool } = require('tarn')
        const storage = new AsyncLocalStorage()
        const pool = new Pool({ create: async () => ({}), destroy () {}, min: 1, max: 1 })
        const use = async () => { pool.release(await pool.acquire().promise) }
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, use)
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed'); pool.destroy() }, 100)
    """,
)
