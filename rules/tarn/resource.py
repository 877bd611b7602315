"""A pooled resource keeps the promise of its release, made when it was released the last time.

`destroy` of the pool is all that ever waits for it, so it is made when it is asked for: each connection of a pool
(knex, mssql) kept the request that used it last.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

_CLASS = """
    class Resource {
        constructor($RESOURCE) {
            $$$BEFORE;
            this.deferred = $DEFER;
        }
        get promise() {
            return this.deferred.promise;
        }
        resolve() {
            this.deferred.resolve(undefined);
            return new Resource(this.resource);
        }
"""
_SETTLE = """
        settle() {
            this.deferred.resolve(undefined);
        }
"""
_WRITTEN = """
    class Resource {
        constructor($RESOURCE) {
            $$$BEFORE;
            this.deferred = null;
            this.settled = false;
        }
        get promise() {
            if (this.settled) return Promise.resolve(undefined);
            if (!this.deferred) this.deferred = $DEFER;
            return this.deferred.promise;
        }
        resolve() {
            this.settle();
            return new Resource(this.resource);
        }
        settle() {
            this.settled = true;
            if (this.deferred) this.deferred.resolve(undefined);
        }
    }
"""

RULE = Rule(
    id="tarn/resource",
    title="a pooled resource keeps a promise that its last user made",
    why="A request that gives a connection back makes this promise; the connection keeps it until its next use.",
    package="tarn",
    versions=">=1.1.5 <=3.1.2",
    files=("lib/Resource.js", "dist/Resource.js"),
    harness="harness/resource.cjs",
    held=(HeldSlot("Resource", ("deferred.promise", "deferred.resolve", "deferred.reject", "deferred")),),
    rewrites=(
        Rewrite(versions=">=3.1.0-0", slot="this.deferred", find=f"{_CLASS}{_SETTLE}}}", write=_WRITTEN),
        Rewrite(versions="<3.1.0-0", slot="this.deferred", find=f"{_CLASS}}}", write=_WRITTEN),
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
