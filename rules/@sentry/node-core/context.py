"""addContext keeps the promise of what is known of the machine.

The first event that is captured makes it. The contexts take its place; a failure is left as it was.
"""

from patcher.catalogue.load import shared
from patcher.rule import HeldSlot, Rule

_SHARED = shared("sentry_context")

RULE = Rule(
    id="@sentry/node-core/context",
    title=_SHARED.TITLE,
    why=_SHARED.WHY,
    package="@sentry/node-core",
    versions=">=9.36.0 <10.52.0",
    files=("build/cjs/integrations/context.js", "build/esm/integrations/context.js"),
    fixed_upstream="10.52.0",  # the contexts are looked up when the integration is set up
    harness="harness/context.cjs",
    held=(HeldSlot("(integrations/context.js)", ("cachedContext",)),),
    rewrites=_SHARED.REWRITES,
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { nodeContextIntegration } = require('@sentry/node-core')
        const storage = new AsyncLocalStorage()
        const integration = nodeContextIntegration()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => integration.processEvent({}))
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', integration) }, 500)
    """,
)
