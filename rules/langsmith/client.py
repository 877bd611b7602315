"""The client keeps the promises of what the server can do and of its settings.

Every traced run asks for the first. It is forgotten when it has settled: what it found stands in a field of its own, so
asking again fetches nothing. The settings themselves take the place of their promise; a failure stays as it was.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

_INFO = Rewrite(
    inside="async _ensureServerInfo()",
    slot="this._getServerInfoPromise",
    find="""
        return this._getServerInfoPromise.then(($INFO) => {
            if (this._serverInfo === undefined) {
                this._getServerInfoPromise = undefined;
            }
            return $INFO;
        });
    """,
    write="""
        return this._getServerInfoPromise.then(($INFO) => {
            this._getServerInfoPromise = undefined;
            return $INFO;
        });
    """,
)

_SETTINGS = Rewrite(
    inside="async _getSettings()",
    slot="this.settings",
    find="""
        if (!this.settings) {
            this.settings = $FETCH;
        }
        return await this.settings;
    """,
    write="""
        if (!this.settings) {
            const pending = $FETCH;
            this.settings = pending;
            pending.then((settings) => {
                if (this.settings === pending) this.settings = settings;
            }, () => {});
        }
        return await this.settings;
    """,
)

RULE = Rule(
    id="langsmith/client",
    title="what the server can do and its settings are memoized as promises",
    why="The first request whose run is traced makes these promises, and the client keeps them for ever.",
    package="langsmith",
    versions=">=0.2.0 <=0.12.0",
    files=("dist/client.cjs", "dist/client.js", "lib/client.js", "lib/client.mjs"),
    harness="harness/client.cjs",
    held=(HeldSlot("Client", ("_getServerInfoPromise", "settings")),),
    rewrites=(_INFO, _SETTINGS),
    program="""
        fetch('data:,') // Node loads what is behind it once, and before Node 24 keeps promises of that
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { Client } = require('langsmith')
        const storage = new AsyncLocalStorage()
        const headers = { 'content-type': 'application/json' }
        const fetchImplementation = async () => new Response('{"tenant_handle":"own"}', { headers })
        const client = new Client({ apiUrl: 'http://127.0.0.1:1', apiKey: 'key', timeout_ms: 100, fetchImplementation })
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => { client.createPrompt('own/prompt').catch(() => {}) })
        store = undefined
        const report = () => { gc(); console.log(seen.deref() ? 'kept' : 'freed', typeof client) }
        setTimeout(() => { gc(); setTimeout(report) }, 2000)
    """,
)
