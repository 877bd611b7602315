"""A pool opens its connections in whatever request needs one more.

A connection lives until it is idle for too long, and for ever where no `maxIdle` is set: its socket is a live handle,
which keeps the request that opened it on every Node, one for each connection of the pool. It belongs to the pool and to
no request, so it is opened in an async context in which none runs: that of the process where there is one (see
patcher.detached), else one that is made with the first pool. Whoever waits for it is called in the context in which it
asked, and then forgotten: older connections keep the function that they called when they were there.

What a callback of `query` sees changes: no store, where it was that of the request that opened the connection. Promises
give each caller its own store, as before.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

_REWRITES = (
    Rewrite(
        inside="constructor(options) {}",
        find="this._connectionQueue = new Queue(); this._closed = false;",
        write="""
            this._connectionQueue = new Queue();
            const { AsyncResource } = require("async_hooks");
            const symbol = Symbol.for("nextfix.root");
            if (!globalThis[symbol]) globalThis[symbol] = new AsyncResource("nextfix.root");
            const inCaller = (called) => {
                let waiting = { caller: new AsyncResource("mysql2.pool"), called };
                return (error) => {
                    if (waiting) {
                        const { caller, called } = waiting;
                        waiting = null;
                        caller.runInAsyncScope(called, undefined, error);
                    }
                };
            };
            Object.defineProperties(this, { _root: { value: globalThis[symbol] }, _inCaller: { value: inCaller } });
            this._closed = false;
        """,
    ),
    Rewrite(
        slot="connection",
        keeps="handle",
        find="""
            connection = new PoolConnection(this, $OPTIONS);
            this._allConnections.push(connection);
            return connection.connect($CONNECTED);
        """,
        write="""
            connection = this._root.runInAsyncScope(() => new PoolConnection(this, $OPTIONS));
            this._allConnections.push(connection);
            return connection.connect(this._inCaller($CONNECTED));
        """,
    ),
)
_PROGRAM = """
    const { AsyncLocalStorage } = require('node:async_hooks')
    const mysql = require('mysql2')
    const storage = new AsyncLocalStorage()
    const hello = { protocolVersion: 10, serverVersion: '8', connectionId: 1, statusFlags: 2, characterSet: 8 }
    const server = mysql.createServer((client) => client.serverHandshake({ ...hello, capabilityFlags: 0xfff7ff }))
    server.listen(0, '127.0.0.1', () => {
      const pool = mysql.createPool({ host: '127.0.0.1', port: server._server.address().port, user: 'own' })
      let store = { request: {} }
      const seen = new WeakRef(store)
      storage.run(store, () => { pool.getConnection((error, connection) => connection.release()) })
      store = undefined
      setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', typeof pool); process.exit() }, 1000)
    })
"""
_TITLE = "a pool's connections are opened in the request that needs one more"
_WHY = (
    "A request that finds no free connection opens one, which lives on and keeps that request on every Node."
)
_HELD = (HeldSlot("PoolConnection", ("stream",)),)

RULES = (
    Rule(
        id="mysql2/pool-connection",
        title=_TITLE,
        why=_WHY,
        package="mysql2",
        versions=">=1.6.2 <3.11.5",
        files=("lib/pool.js",),
        harness="harness/pool_connection.cjs",
        held=_HELD,
        rewrites=_REWRITES,
        program=_PROGRAM,
    ),
    Rule(
        id="mysql2/base-pool-connection",
        title=_TITLE,
        why=_WHY,
        package="mysql2",
        versions=">=3.11.5 <=3.24.6",
        files=("lib/base/pool.js",),
        harness="harness/pool_connection.cjs",
        held=_HELD,
        rewrites=_REWRITES,
        program=_PROGRAM,
    ),
)
