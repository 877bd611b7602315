"""The first request that ends after a report starts the timer of the next report of sessions, which runs for a minute.

It runs again and again on a server with traffic, and on every Node keeps the request that started it until it fires. It
belongs to the client and to no request, so it is made in the async context of the process in which none runs. Its
function shares its variables with the listener around it, among them the isolation scope of the request, which is read
once and forgotten then.

Where there is no `process.getBuiltinModule` (before Node 20.16 and 22.3) the timer is made as before.
"""

from patcher.catalogue.load import shared
from patcher.rule import HeldSlot, Rewrite, Rule
from patcher.text.async_root import with_root

_SHARED = shared("sentry_session_timer")

RULE = Rule(
    id="@sentry/core/session-timer",
    title=_SHARED.TITLE,
    why=_SHARED.WHY,
    package="@sentry/core",
    versions=">=10.54.0 <=11.12.0",
    files=(
        "build/cjs/integrations/http/record-request-session.js",
        "build/esm/integrations/http/record-request-session.js",
    ),
    harness="../node-core/harness/session_timer.cjs",
    held=(HeldSlot("(http/record-request-session.js)", ("requestIsolationScope",)),),
    rewrites=(
        Rewrite(
            find="const clientToRequestSessionAggregatesMap = new WeakMap();",
            write=with_root("const clientToRequestSessionAggregatesMap = new WeakMap([]);"),
        ),
        _SHARED.FORGET_SCOPE,
        Rewrite(
            slot="timeout",
            keeps="live-timer",
            find="const timeout = setTimeout($FLUSH, $DELAY);",
            write="const timeout = root.runInAsyncScope(() => setTimeout($FLUSH, $DELAY));",
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { EventEmitter } = require('node:events')
        const { Scope } = require('@sentry/core')
        const { recordRequestSession } = require('@sentry/core/server')
        const storage = new AsyncLocalStorage()
        const client = { emit () {}, on: () => () => {}, sendSession () {} }
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => {
            const response = new EventEmitter()
            const requestIsolationScope = new Scope()
            recordRequestSession(client, { requestIsolationScope, response, sessionFlushingDelayMS: 60000 })
            response.emit('close')
        })
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed') }, 500)
    """,
)
