"""getEnv keeps the promise of where the program runs.

The first token makes it. The name of the environment takes its place; it does not fail, so a failure is left as it was.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="google-auth-library/env-detect",
    title="the kind of environment is memoized as a promise",
    why="The first request that needs a token makes this promise, and the module keeps it for ever.",
    package="google-auth-library",
    versions=">=7.0.0",
    files=("build/src/auth/envDetect.js",),
    harness="harness/env_detect.cjs",
    held=(HeldSlot("(auth/envDetect.js)", ("envPromise",)),),
    rewrites=(
        Rewrite(
            inside="async function getEnv()",
            slot="$SLOT",
            find="""
                if ($SLOT) {
                    return $SLOT;
                }
                $SLOT = $DETECT();
                return $SLOT;
            """,
            write="""
                if ($SLOT) {
                    return $SLOT;
                }
                const pending = $DETECT();
                $SLOT = pending;
                pending.then((env) => {
                    if ($SLOT === pending) $SLOT = env;
                }, () => {});
                return pending;
            """,
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { GoogleAuth } = require('google-auth-library')
        const storage = new AsyncLocalStorage()
        const auth = new GoogleAuth()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => auth.getEnv())
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', typeof auth) }, 5000)
    """,
)
