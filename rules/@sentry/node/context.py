"""addContext keeps the promise of what is known of the machine.

The first event that is captured makes it. The contexts take its place; a failure is left as it was. From 9.36.0 on the
integration is in @sentry/node-core.
"""

from patcher.catalogue.load import shared
from patcher.rule import HeldSlot, Rule

_SHARED = shared("sentry_context")

RULE = Rule(
    id="@sentry/node/context",
    title=_SHARED.TITLE,
    why=_SHARED.WHY,
    package="@sentry/node",
    versions=">=9.0.0 <9.36.0",
    files=("build/cjs/integrations/context.js", "build/esm/integrations/context.js"),
    harness="../node-core/harness/context.cjs",
    held=(HeldSlot("(integrations/context.js)", ("cachedContext",)),),
    rewrites=_SHARED.REWRITES,
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { nodeContextIntegration } = require('@sentry/node')
        const storage = new AsyncLocalStorage()
        const integration = nodeContextIntegration()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => integration.processEvent({}))
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', integration) }, 500)
    """,
)
