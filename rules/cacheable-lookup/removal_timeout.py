"""_tick starts the timer that removes old entries in whatever request looks up a host, and keeps its handle afterwards.

While it runs, at most for the time that an entry lives, the timer keeps that request on every Node, and its handle does
so after it has fired. It belongs to the cache and to no request, so it is made in the async context of the process in
which none runs. Where there is no `process.getBuiltinModule` (before Node 20.16 and 22.3) it is made as before.
"""

from patcher.rule import HeldSlot, Rewrite, Rule
from patcher.text.async_root import with_root

RULE = Rule(
    id="cacheable-lookup/removal-timeout",
    title="the timer that removes old entries is made in the request that looks up a host",
    why="The request that looks up a host starts this timer; it and its handle keep the request until another starts.",
    package="cacheable-lookup",
    versions=">=4.3.0 <=7.0.0",
    files=("source/index.js",),
    harness="harness/removal_timeout.cjs",
    held=(HeldSlot("CacheableLookup", ("_removalTimeout",)),),
    rewrites=(
        Rewrite(
            inside="constructor($$$_) {}",
            find="this._pending = {}; this._nextRemovalTime = false;",
            write="this._pending = {};"
            + with_root("""
                this._root = root;
                this._nextRemovalTime = false;
            """),
        ),
        Rewrite(
            inside="_tick($MS)",
            slot="this._removalTimeout",
            keeps="live-timer",
            find="this._removalTimeout = setTimeout($REMOVE, $DELAY);",
            write="this._removalTimeout = this._root.runInAsyncScope(() => setTimeout($REMOVE, $DELAY));",
        ),
    ),
    program="""
        import { AsyncLocalStorage } from 'node:async_hooks'
        import CacheableLookup from 'cacheable-lookup'
        const storage = new AsyncLocalStorage()
        const answer = (entries) => (host, options, done) => done(null, entries)
        const resolver = { resolve4: answer([{ address: '127.0.0.1', ttl: 60 }]), resolve6: answer([]) }
        const cache = new CacheableLookup({ resolver })
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => cache.lookupAsync('host.example'))
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', cache) }, 1000)
    """,
)
