"""getUname keeps the promise of what `uname -a` prints.

The first API call makes it. The text, or null where there is no such command, takes its place in a box, because null is
an answer too.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="stripe/uname",
    title="the name of the machine is memoized as a promise",
    why="The first request that calls Stripe makes this promise, and the client's platform functions keep it for ever.",
    package="stripe",
    versions=">=12.0.0 <21.0.0",
    files=("cjs/platform/NodePlatformFunctions.js", "esm/platform/NodePlatformFunctions.js"),
    fixed_upstream="21.0.0",  # it asks for no name
    harness="harness/uname.cjs",
    held=(HeldSlot("NodePlatformFunctions", ("_UNAME_CACHE",)),),
    rewrites=(
        Rewrite(
            inside="getUname()",
            slot="this.$SLOT",
            find="""
                if (!this.$SLOT) {
                    this.$SLOT = new Promise(($RESOLVE, $REJECT) => { $$$BODY; });
                }
                return this.$SLOT;
            """,
            write="""
                if (!this.$SLOT) {
                    const pending = new Promise(($RESOLVE, $REJECT) => {
                        $$$BODY;
                    });
                    this.$SLOT = pending;
                    pending.then((uname) => {
                        if (this.$SLOT === pending) this.$SLOT = { uname };
                    });
                }
                return this.$SLOT instanceof Promise ? this.$SLOT : Promise.resolve(this.$SLOT.uname);
            """,
        ),
    ),
    program="""
        void [process.stdout, process.stderr] // what Node makes once, and keeps
        const { AsyncLocalStorage } = require('node:async_hooks')
        const stripe = new (require('stripe'))('sk_test_x', { host: '127.0.0.1', port: 1, maxNetworkRetries: 0 })
        const storage = new AsyncLocalStorage()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => stripe.balance.retrieve().catch(() => {}))
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', stripe) }, 2000)
    """,
)
