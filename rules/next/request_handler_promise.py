"""getServerRequestHandler memoizes a promise: the leak of the original report.

Every request of a custom server asks for the handler; the first one fills the slot, so its store stays for
the life of the process, and with it, through the socket's own timer, every later request of the same
keep-alive connection (dd-trace before 3.13). Next 13.4.10 drops the promise when it settles.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="next/request-handler-promise",
    title="the request handler is memoized as a promise",
    why=(
        "The first request of a custom server makes this promise, and NextServer keeps it for ever. A promise "
        "carries the store of the request that made it, so that request, its socket, and on a keep-alive "
        "connection every later request of the socket stay in memory."
    ),
    package="next",
    versions=">=10.0.8-canary.11 <13.4.10",
    files=("dist/server/next.js",),
    dead=("dist/esm/server/next.js",),
    harness="harness/server.cjs",
    held=(HeldSlot("NextServer", ("reqHandlerPromise",)),),
    fixed_upstream="13.4.10",
    rewrites=(
        Rewrite(
            inside="async getServerRequestHandler()",
            slot="this.$SLOT",
            find="""
                if (!this.$SLOT) {
                    this.$SLOT = $SOURCE.then(($PARAM) => $VALUE);
                }
                return this.$SLOT;
            """,
            write={
                "documented": """
                    if (!this.$SLOT) {
                        const $PARAM = await $SOURCE;
                        this.$SLOT = $VALUE;
                    }
                    return this.$SLOT;
                """,
                "single-flight": """
                    if (!this.$SLOT) {
                        const pending = (async () => {
                            const $PARAM = await $SOURCE;
                            return $VALUE;
                        })();
                        this.$SLOT = pending;
                        try {
                            const value = await pending;
                            if (this.$SLOT === pending) this.$SLOT = value;
                        } catch (error) {
                            if (this.$SLOT === pending) this.$SLOT = undefined;
                            throw error;
                        }
                    }
                    return this.$SLOT;
                """,
            },
            healthy=(
                """
                if (this.$HANDLER) return this.$HANDLER;
                if (!this.$SLOT) {
                    this.$SLOT = $SOURCE.then(($PARAM) => {
                        this.$HANDLER = $VALUE;
                        delete this.$SLOT;
                        return this.$HANDLER;
                    });
                }
                return this.$SLOT;
                """,
            ),
        ),
    ),
    references=("https://github.com/DataDog/dd-trace-js/issues/2713",),
)
