"""The handler of an AWS client keeps the promise of its agent for http.

The first plain request of a client makes it. The agent itself takes its place; whoever asks gets a promise as before.
An agent that cannot be made is asked for again, where the original rejects for ever.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="@smithy/node-http-handler/http-agent",
    title="the agent for http is memoized as a promise",
    why="The first request that calls a client over http makes this promise, and its handler keeps it for ever.",
    package="@smithy/node-http-handler",
    versions=">=4.14.1 <=4.14.2",
    files=("dist-cjs/index.js", "dist-es/node-http-handler.js"),
    harness="harness/http_agent.cjs",
    held=(HeldSlot(paths=("httpAgentPromise", "config.httpAgentProvider.httpAgentPromise")),),
    rewrites=(
        Rewrite(
            slot="$SLOT",
            find="""
                let $SLOT;
                return {
                    $$$BEFORE,
                    httpAgentProvider: () => ($SLOT ??= (async () => { $$$BODY; })()),
                    $$$AFTER
                };
            """,
            write="""
                let $SLOT;
                return { $$$BEFORE,
                    httpAgentProvider: () => {
                        if (!$SLOT) {
                            const pending = (async () => {
                                $$$BODY;
                            })();
                            $SLOT = pending;
                            pending.then((agent) => {
                                $SLOT = agent;
                            }, () => {
                                $SLOT = undefined;
                            });
                        }
                        return Promise.resolve($SLOT);
                    }, $$$AFTER };
            """,
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { NodeHttpHandler } = require('@smithy/node-http-handler')
        const storage = new AsyncLocalStorage()
        const handler = new NodeHttpHandler()
        const call = () => handler.handle({ protocol: 'http:', hostname: '127.0.0.1', port: 1, path: '/', headers: {} })
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => call().catch(() => {}))
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', handler) }, 500)
    """,
)
