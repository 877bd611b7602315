"""The configuration of an AWS client keeps the promise of its retry strategy.

The first request that uses the client makes it. The strategy itself takes its place; whoever asks gets a promise as
before. One that cannot be made is asked for again, where the original rejects for ever.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="@smithy/core/retry-strategy",
    title="the retry strategy is memoized as a promise",
    why="The first request that calls an AWS client makes this promise, and its configuration keeps it for ever.",
    package="@smithy/core",
    versions=">=3.24.6 <=3.41.1",
    files=(
        "dist-cjs/submodules/retry/index.js",
        "dist-es/submodules/retry/middleware-retry/configurations.js",
    ),
    dead=("dist-cjs/submodules/retry/index.browser.js",),
    harness="harness/retry_strategy.cjs",
    held=(HeldSlot("(retry/index.js)", ("controller",)),),
    rewrites=(
        Rewrite(
            slot="$SLOT",
            find="""
                return Object.assign($INPUT, {
                    maxAttempts: $ATTEMPTS,
                    retryStrategy: () => ($SLOT ??= $MAKE())
                });
            """,
            write="""
                return Object.assign($INPUT, {
                    maxAttempts: $ATTEMPTS,
                    retryStrategy: () => {
                        if (!$SLOT) {
                            const pending = $MAKE();
                            $SLOT = pending;
                            pending.then((strategy) => {
                                $SLOT = strategy;
                            }, () => {
                                $SLOT = undefined;
                            });
                        }
                        return Promise.resolve($SLOT);
                    },
                });
            """,
        ),
    ),
    program="""
        import { AsyncLocalStorage } from 'node:async_hooks'
        import { resolveRetryConfig } from '@smithy/core/retry'
        const storage = new AsyncLocalStorage()
        const config = resolveRetryConfig({ retryMode: 'standard' })
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => { config.retryStrategy() })
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', config) }, 100)
    """,
)
