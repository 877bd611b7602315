"""_tick keeps the handle of its timer after it has fired.

The first look-up of a host starts it. The handle is forgotten when the timer fires, as its time already is. Until then,
at most for the time that an entry lives, the timer itself keeps the request on every Node.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="cacheable-lookup/removal-timeout",
    title="the timer that removes old entries is kept after it has fired",
    why="The request that looks up a host starts this timer, and the cache keeps its handle until it starts another.",
    package="cacheable-lookup",
    versions=">=4.3.0 <=7.0.0",
    files=("source/index.js",),
    harness="harness/removal_timeout.cjs",
    held=(HeldSlot("CacheableLookup", ("_removalTimeout",)),),
    rewrites=(
        Rewrite(
            inside="_tick($MS)",
            slot="this._removalTimeout",
            keeps="timer",
            find="""
                this._removalTimeout = setTimeout(() => {
                    this._nextRemovalTime = false;
                    $$$BODY;
                }, $DELAY);
            """,
            write="""
                this._removalTimeout = setTimeout(() => {
                    this._removalTimeout = undefined;
                    this._nextRemovalTime = false;
                    $$$BODY;
                }, $DELAY);
            """,
        ),
    ),
    program="""
        import { AsyncLocalStorage } from 'node:async_hooks'
        import CacheableLookup from 'cacheable-lookup'
        const storage = new AsyncLocalStorage()
        const answer = (entries) => (host, options, done) => done(null, entries)
        const resolver = { resolve4: answer([{ address: '127.0.0.1', ttl: 1 }]), resolve6: answer([]) }
        const cache = new CacheableLookup({ resolver, maxTtl: 0.1 })
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => cache.lookupAsync('host.example'))
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', cache) }, 1000)
    """,
)
