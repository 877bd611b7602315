"""A module variable keeps a promise that is resolved already, made by the first load.

It only saves the call of `Promise.resolve()`, so each load makes its own.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="dataloader/resolved-promise",
    title="a resolved promise is kept to save making another one",
    why="The first load of the process makes this promise, and the module keeps it for ever.",
    package="dataloader",
    versions=">=1.0.0 <=2.2.3",
    files=("index.js", "dist/index.js"),
    harness="harness/resolved_promise.cjs",
    held=(
        HeldSlot("(dataloader/index.js)", ("resolvedPromise",)),
        HeldSlot("(dist/index.js)", ("resolvedPromise",)),
    ),
    rewrites=(
        Rewrite(
            slot="$SLOT",
            find="""
                if (!$SLOT) {
                    $SLOT = Promise.resolve();
                }
                $SLOT.then($JOB);
            """,
            write="Promise.resolve().then($JOB);",
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const DataLoader = require('dataloader')
        const storage = new AsyncLocalStorage()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => { new DataLoader(async (keys) => keys).load(1) })
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed') }, 100)
    """,
)
