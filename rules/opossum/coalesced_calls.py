"""A circuit that coalesces calls keeps the promise of the last call for each key.

An entry lives on after its call has settled: it answers until it expires, and is looked at again only when its key is
asked for. The rewrite leaves the outcome in the entry once there is one, with the time at which it expires. Callers get
a promise of it as before; those that come while the call is in flight share the call. An error holds the frames that
made it, and the timer that they ran on, until its stack is read: so it is read before a failure is kept.
"""

from patcher.rule import Rewrite, Rule

RULE = Rule(
    id="opossum/coalesced-calls",
    title="each coalesced call is kept as a promise, one a key",
    why="The first call for a key makes this promise; the circuit's cache keeps it until the key is asked for again.",
    package="opossum",
    versions=">=8.2.0 <=10.0.0",
    files=("lib/circuit.js",),
    harness="harness/circuit.cjs",
    rewrites=(
        Rewrite(
            inside="call($$$_) {}",
            find="""
                if ($CACHED) {
                    this.emit("coalesceCacheHit");
                    return $CACHED;
                }
            """,
            write="""
                if ($CACHED) {
                    this.emit("coalesceCacheHit");
                    if (typeof $CACHED.then === "function") return $CACHED;
                    return "reason" in $CACHED ? Promise.reject($CACHED.reason) : Promise.resolve($CACHED.value);
                }
            """,
        ),
        Rewrite(
            inside="call($$$_) {}",
            slot="this.options.coalesceCache",
            find="""
                if (this.options.coalesce) {
                    this.options.coalesceCache.set($KEY, $CALL, $EXPIRES);
                }
                return $CALL;
            """,
            write="""
                if (this.options.coalesce) {
                    const coalesceCache = this.options.coalesceCache;
                    const expires = $EXPIRES;
                    coalesceCache.set($KEY, $CALL, expires);
                    const keep = outcome => {
                        if (coalesceCache.get($KEY) === $CALL) coalesceCache.set($KEY, outcome, expires);
                    };
                    $CALL.then(value => keep({ value }), reason => {
                        const errors = new Set([reason]);
                        for (const each of errors) {
                            if (!(each instanceof Error)) continue;
                            void each.stack;
                            for (const inner of [each.cause].concat(each.errors)) errors.add(inner);
                        }
                        keep({ reason });
                    });
                }
                return $CALL;
            """,
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require("node:async_hooks");
        const CircuitBreaker = require("opossum");
        const circuit = new CircuitBreaker(async (id) => id, { coalesce: true, timeout: 1000 });
        const storage = new AsyncLocalStorage();
        let request = { url: "/" };
        const kept = new WeakRef(request);
        storage.run(request, () => circuit.fire("a"));
        request = undefined;
        setTimeout(() => { gc(); console.log(kept.deref() ? "kept" : "freed"); }, 2000);
    """,
)
