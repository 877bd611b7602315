"""The first request loads node-fetch and the agent for proxies by `import()`.

Up to Node 22 the module loader keeps the promises of every load, and with them the request that asked for it. The
function and the class that come of it are cached as values, so nothing else is kept. The rewrite loads them as late as
before, in the async context of the process in which no request runs: that is made when the file is loaded.

Where there is no `process.getBuiltinModule` (before Node 20.16 and 22.3, browsers) the load is what it was.
"""

from patcher.rule import Rewrite, Rule
from patcher.text.async_root import with_root

_CRYPTO = """
const randomUUID = async () => globalThis.crypto?.randomUUID() || (await import($NAME)).randomUUID();
"""
_ROOTED_CRYPTO = """
const randomUUID = async () =>
    globalThis.crypto?.randomUUID() || (await root.runInAsyncScope(() => import($NAME))).randomUUID();
"""
_STATUS = "const HTTP_STATUS_NO_CONTENT = 204;"

RULE = Rule(
    id="gaxios/load",
    title="node-fetch is loaded in the request that comes first",
    why="The first request that calls a Google service loads node-fetch; Node's module loader keeps its promises.",
    package="gaxios",
    versions=">=7.0.0 <=8.3.3",
    files=("build/cjs/src/gaxios.js", "build/esm/src/gaxios.js"),
    harness="harness/load.cjs",
    rewrites=(
        Rewrite(versions="<7.1.3", find=_CRYPTO, write=with_root(_ROOTED_CRYPTO)),
        Rewrite(versions=">=7.1.3", find=_CRYPTO + _STATUS, write=with_root(_ROOTED_CRYPTO + _STATUS)),
        Rewrite(
            inside="static async #getProxyAgent()",
            slot="this.$SLOT",
            find="this.$SLOT ||= (await import($NAME)).HttpsProxyAgent;",
            write="this.$SLOT ||= (await root.runInAsyncScope(() => import($NAME))).HttpsProxyAgent;",
        ),
        Rewrite(
            inside="static async #getFetch()",
            versions="<8.3.1",
            slot="this.$SLOT",
            find="this.$SLOT ||= $WINDOW ? window.fetch : (await import($NAME)).default;",
            write="this.$SLOT ||= $WINDOW ? window.fetch : (await root.runInAsyncScope(() => import($NAME))).default;",
        ),
        Rewrite(
            inside="static async #getFetch()",
            versions=">=8.3.1",
            slot="this.$SLOT",
            find="this.$SLOT ||= (await import($NAME)).default;",
            write="this.$SLOT ||= (await root.runInAsyncScope(() => import($NAME))).default;",
        ),
    ),
    program="""
        fetch('data:,') // Node loads what is behind it once, and before Node 24 keeps promises of that
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { Gaxios } = require('gaxios')
        const storage = new AsyncLocalStorage()
        const call = () => new Gaxios().request({ url: 'http://127.0.0.1:1', retry: false })
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => { call().catch(() => {}) })
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed') }, 1000)
    """,
)
