"""The first request that ends after a report starts the timer of the next report of sessions, which runs for a minute.

It runs again and again on a server with traffic, and on every Node keeps the request that started it until it fires. It
belongs to the client and to no request, so it is made in the async context of the process in which none runs. Its
function shares its variables with the listener around it, among them the isolation scope of the request, which is read
once and forgotten then.

Before 10.4.0 the code is in another file, and from 10.54.0 on in @sentry/core. Where there is no
`process.getBuiltinModule` (before Node 20.16 and 22.3) the timer is made as before.
"""

from patcher.catalogue.load import shared
from patcher.rule import HeldSlot, Rule

_SHARED = shared("sentry_session_timer")

_PROGRAM = """
    const { AsyncLocalStorage } = require('node:async_hooks')
    const { init, httpIntegration } = require('@sentry/node-core')
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
"""

RULES = (
    Rule(
        id="@sentry/node-core/session-timer",
        title=_SHARED.TITLE,
        why=_SHARED.WHY,
        package="@sentry/node-core",
        versions=">=10.4.0 <10.54.0",
        files=(
            "build/cjs/integrations/http/httpServerIntegration.js",
            "build/cjs/integrations/http/incoming-requests.js",
            "build/esm/integrations/http/httpServerIntegration.js",
            "build/esm/integrations/http/incoming-requests.js",
        ),
        harness="harness/session_timer.cjs",
        held=(
            HeldSlot("(http/httpServerIntegration.js)", ("requestIsolationScope",)),
            HeldSlot("(http/incoming-requests.js)", ("requestIsolationScope",)),
        ),
        rewrites=_SHARED.REWRITES,
        program=_PROGRAM,
    ),
    Rule(
        id="@sentry/node-core/session-timer-9",
        title=_SHARED.TITLE,
        why=_SHARED.WHY,
        package="@sentry/node-core",
        versions=">=9.36.0 <10.4.0",
        files=(
            "build/cjs/integrations/http/SentryHttpInstrumentation.js",
            "build/esm/integrations/http/SentryHttpInstrumentation.js",
        ),
        harness="harness/session_timer.cjs",
        held=(HeldSlot("(http/SentryHttpInstrumentation.js)", ("requestIsolationScope",)),),
        rewrites=_SHARED.REWRITES,
        program=_PROGRAM,
    ),
)
