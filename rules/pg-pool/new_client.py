"""A pool opens its connections, and starts their timers, in whatever request needs one more.

A connection lives until it is idle for too long or too old, in a busy server for hours: it is a live handle, which
keeps the request that made it on every Node, one for each connection of the pool. It belongs to the pool and to no
request, so it is made in an async context in which none runs: that of the process where there is one (see
patcher.detached), else one that is made with the first pool. Whoever waits for a connection is called in the context in
which it asked, and then forgotten: a client of pg keeps the function that it called when it was connected.

What a callback of `client.query` sees changes: no store, where it was that of the request that opened the connection.
Promises give each caller its own store, as before.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="pg-pool/new-client",
    title="a pool's connections and their timers are made in the request that needs one more",
    why="A request that finds no idle client opens a connection, which lives on and keeps that request on every Node.",
    package="pg-pool",
    versions=">=2.0.6 <=3.14.0",
    files=("index.js",),
    harness="harness/new_client.cjs",
    held=(
        HeldSlot(paths=("_clients", "_idle"), properties=frozenset({"_clients", "_idle", "_pendingQueue"})),
    ),
    rewrites=(
        Rewrite(
            inside="constructor($$$_) {}",
            find="this._clients = []; this._idle = [];",
            write="""
                this._clients = [];
                const { AsyncResource } = require("async_hooks");
                const symbol = Symbol.for("nextfix.root");
                if (!globalThis[symbol]) globalThis[symbol] = new AsyncResource("nextfix.root");
                Object.defineProperty(this, "_root", { value: globalThis[symbol] });
                this._idle = [];
            """,
        ),
        Rewrite(
            inside="constructor(callback) {}",
            find="this.callback = callback;",
            write="""
                const { AsyncResource } = require("async_hooks");
                let waiting = { caller: new AsyncResource("pg-pool.pending"), callback };
                this.callback = (...values) => {
                    if (waiting) {
                        const { caller, callback } = waiting;
                        waiting = null;
                        caller.runInAsyncScope(callback, undefined, ...values);
                    }
                };
            """,
        ),
        Rewrite(
            inside="_pulseQueue() {}",
            slot="this._clients",
            keeps="handle",
            find="if ($ROOM) { return this.newClient($ITEM); }",
            write="""
                if ($ROOM) {
                    return this._root.runInAsyncScope(() => this.newClient($ITEM));
                }
            """,
        ),
        Rewrite(
            inside="connect($CALLBACK) {}",
            slot="this._clients",
            keeps="handle",
            find="this.newClient($ITEM); return result;",
            write="""
                const item = $ITEM;
                this._root.runInAsyncScope(() => this.newClient(item));
                return result;
            """,
        ),
        Rewrite(
            slot="tid",
            keeps="live-timer",
            find="tid = setTimeout($CLOSE, this.options.idleTimeoutMillis);",
            write="tid = this._root.runInAsyncScope(() => setTimeout($CLOSE, this.options.idleTimeoutMillis));",
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const Pool = require('pg-pool')
        class Client extends require('node:events') { // stands in for pg's
            _queryable = true
            connect (done) { this.socket = setInterval(() => {}, 1e6).unref(); setImmediate(done) }
            end () {}
        }
        const storage = new AsyncLocalStorage()
        const pool = new Pool({ Client })
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, async () => { (await pool.connect()).release() })
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', pool.totalCount); process.exit() }, 100)
    """,
)
