"""undici drives all of its timeouts by one timer, which the request that needs one first makes.

The timer runs again and again, and its handle stays in the module when it is done. It belongs to no request, so it is
made in the async context of the process in which none runs. The undici inside of Node itself is out of reach.

Where there is no `process.getBuiltinModule` (before Node 20.16 and 22.3) the timer is made as before.
"""

from patcher.rule import HeldSlot, Rewrite, Rule
from patcher.text.async_root import with_root

RULE = Rule(
    id="undici/fast-timer",
    title="the timer behind all timeouts is made in the request that comes first",
    why="The first request that calls another server makes this timer; the module keeps its handle for ever.",
    package="undici",
    versions=">=5.18.0 <=8.13.1",
    files=("lib/timers.js", "lib/util/timers.js"),
    harness="harness/timers.cjs",
    held=(
        HeldSlot("(util/timers.js)", ("fastNowTimeout",)),
        HeldSlot("(lib/timers.js)", ("fastNowTimeout",)),
    ),
    rewrites=(
        Rewrite(find="let fastNowTimeout;", write=with_root("let fastNowTimeout = null;")),
        Rewrite(
            inside="function refreshTimeout()",
            keeps="timer",
            slot="fastNowTimeout",
            find="fastNowTimeout = setTimeout($TICK, $PAUSE);",
            write="fastNowTimeout = root.runInAsyncScope(() => setTimeout($TICK, $PAUSE));",
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { request } = require('undici')
        const storage = new AsyncLocalStorage()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => { request('http://127.0.0.1:1/').catch(() => {}) })
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed') }, 2000)
    """,
)
