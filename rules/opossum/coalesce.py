"""A circuit breaker with `coalesce` keeps the promise of each key for as long as its entry lives.

The call in flight is shared as before. When it has settled, the entry holds its outcome, and a hit gets a promise of
that, marked as handled like the one that others share already.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="opossum/coalesce",
    title="the coalescing cache keeps settled promises",
    why="The first request that fires with a key makes a promise, and its entry keeps it: one request for each key.",
    package="opossum",
    versions=">=8.2.0",
    files=("lib/circuit.js",),
    harness="harness/coalesce.cjs",
    held=(HeldSlot("MemoryCache"),),
    rewrites=(
        Rewrite(
            find="""
                if ($CACHED) {
                    this.emit('coalesceCacheHit');
                    return $CACHED;
                }
            """,
            write="""
                if ($CACHED) {
                    this.emit('coalesceCacheHit');
                    if ($CACHED instanceof Promise) return $CACHED;
                    const again = $CACHED.failed ? Promise.reject($CACHED.error) : Promise.resolve($CACHED.value);
                    again.catch(() => {});
                    return again;
                }
            """,
        ),
        Rewrite(
            slot="this.options.coalesceCache.set($KEY)",
            find="""
                if (this.options.coalesce) {
                    this.options.coalesceCache.set($KEY, $CALL, $EXPIRES);
                }
                return $CALL;
            """,
            write="""
                if (this.options.coalesce) {
                    const cache = this.options.coalesceCache;
                    const expires = $EXPIRES;
                    cache.set($KEY, $CALL, expires);
                    const settle = (outcome) => {
                        if (cache.get($KEY) === $CALL) cache.set($KEY, outcome, expires);
                    };
                    $CALL.then(
                        (value) => settle({ failed: false, value }),
                        (error) => settle({ failed: true, error })
                    );
                }
                return $CALL;
            """,
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const CircuitBreaker = require('opossum')
        const storage = new AsyncLocalStorage()
        const breaker = new CircuitBreaker(async (key) => key, { coalesce: true, coalesceTTL: 60_000 })
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => breaker.fire('key'))
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed'); breaker.shutdown() }, 500)
    """,
)
