"""The transport sends each event in the async context of the request that captured it.

Node's pool of HTTP parsers keeps the request that used one last, on Node 24.0 to 24.14 and 25.0 to 25.8.0. With
`keepAlive` an open socket keeps the request that opened it, on every Node.

The rewrite makes that request in the async context of the process in which none runs: it is made when the transport
is, which is when Sentry starts. Tracing is suppressed inside as before, and what is awaited is the same. Where there is
no `process.getBuiltinModule` (before Node 20.16 and 22.3) the request is made as before.
"""

from patcher.catalogue.load import shared
from patcher.rule import Rule

_SHARED = shared("sentry_transport")

RULE = Rule(
    id="@sentry/node-core/transport",
    title=_SHARED.TITLE,
    why=(
        "A request that captures an event sends it. On Node 24.0 to 24.14 the parser of the answer keeps that request "
        "until it is used again; with keepAlive the open connection does, on every Node."
    ),
    package="@sentry/node-core",
    versions=">=9.36.0 <=10.78.0",
    files=("build/cjs/transports/http.js", "build/esm/transports/http.js"),
    harness="harness/transport.cjs",
    rewrites=_SHARED.REWRITES,
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { createServer } = require('node:http')
        const { makeNodeTransport } = require('@sentry/node-core')
        const storage = new AsyncLocalStorage()
        const server = createServer((request, response) => { request.resume().on('end', () => response.end()) })
        server.keepAliveTimeout = 60000
        server.listen(0, '127.0.0.1', async () => {
            const url = `http://127.0.0.1:${server.address().port}/`
            const transport = makeNodeTransport({ url, keepAlive: true, recordDroppedEvent () {} })
            let store = { request: {} }
            const seen = new WeakRef(store)
            storage.run(store, () => { transport.send([{}, [[{ type: 'event' }, {}]]]) })
            store = undefined
            setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed'); process.exit() }, 1000)
        })
    """,
)
