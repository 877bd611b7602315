"""The first request that ends after a report starts the timer of the next report of sessions, which runs for a minute.

It runs again and again on a server with traffic, and on every Node keeps the request that started it until it fires. It
belongs to the client and to no request, so it is made in the async context of the process in which none runs. Its
function shares its variables with the listener around it, among them the isolation scope of the request, which is read
once and forgotten then.

From 9.36.0 on the code is in @sentry/node-core. Where there is no
`process.getBuiltinModule` (before Node 20.16 and 22.3) the timer is made as before.
"""

from patcher.catalogue.load import shared
from patcher.rule import HeldSlot, Rule

_SHARED = shared("sentry_session_timer")

RULE = Rule(
    id="@sentry/node/session-timer",
    title=_SHARED.TITLE,
    why=_SHARED.WHY,
    package="@sentry/node",
    versions=">=9.0.0 <9.36.0",
    files=(
        "build/cjs/integrations/http/SentryHttpInstrumentation.js",
        "build/esm/integrations/http/SentryHttpInstrumentation.js",
    ),
    harness="../node-core/harness/session_timer.cjs",
    held=(HeldSlot("(http/SentryHttpInstrumentation.js)", ("requestIsolationScope",)),),
    rewrites=_SHARED.REWRITES,
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { init, httpIntegration } = require('@sentry/node')
        const dsn = 'http://key@127.0.0.1:1/1'
        init({ dsn, defaultIntegrations: false, integrations: [httpIntegration()] })
        const { createServer, get } = require('node:http')
        const storage = new AsyncLocalStorage()
        let store = { request: {} }
        const seen = new WeakRef(store)
        const server = createServer((request, response) => { storage.run(store, () => response.end()) })
        server.listen(0, '127.0.0.1', () => get({ port: server.address().port, agent: false }, (answer) => {
            store = undefined
            answer.resume()
        }))
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed'); process.exit() }, 1000)
    """,
)
