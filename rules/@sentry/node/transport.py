"""The transport sends each event in the async context of the request that captured it.

Its agent keeps connections alive, and an open socket keeps the request that opened it, on every Node.

The rewrite makes that request in the async context of the process in which none runs: it is made when the transport
is, which is when Sentry starts. Tracing is suppressed inside as before, and what is awaited is the same. Where there is
no `process.getBuiltinModule` (before Node 20.16 and 22.3) the request is made as before.
"""

from patcher.catalogue.load import shared
from patcher.rule import Rule

_SHARED = shared("sentry_transport")

RULE = Rule(
    id="@sentry/node/transport",
    title=_SHARED.TITLE,
    why=(
        "The first request that captures an event opens the connection to Sentry, which stays open for later events: "
        "on every Node it keeps that request while it is open."
    ),
    package="@sentry/node",
    versions=">=9.0.0 <9.36.0 || >=11.0.0 <=11.12.0",
    files=("build/cjs/transports/http.js", "build/esm/transports/http.js"),
    harness="../node-core/harness/transport.cjs",
    rewrites=_SHARED.REWRITES,
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { createServer } = require('node:http')
        const { makeNodeTransport } = require('@sentry/node')
        const storage = new AsyncLocalStorage()
        const server = createServer((request, response) => { request.resume().on('end', () => response.end()) })
        server.keepAliveTimeout = 60000
        server.listen(0, '127.0.0.1', async () => {
            const url = `http://127.0.0.1:${server.address().port}/`
            const transport = makeNodeTransport({ url, recordDroppedEvent () {} })
            let store = { request: {} }
            const seen = new WeakRef(store)
            storage.run(store, () => { transport.send([{}, [[{ type: 'event' }, {}]]]) })
            store = undefined
            setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed'); process.exit() }, 1000)
        })
    """,
)
