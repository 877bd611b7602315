"""Server.prepare keeps the promise of its preparation.

In production nobody prepares the inner server before traffic, so the first request makes this promise. Next
13.4.10 drops it when it settles. Both styles write the same: preparing twice at once must not happen, so
concurrent callers share the one in flight, and a failed preparation may be tried again.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="next/base-server-prepare",
    title="the preparation of the server is memoized as a promise",
    why=(
        "The first production request prepares the inner server, and the promise of that is kept for ever, "
        "with the store of that request."
    ),
    package="next",
    versions=">=13.2.5-canary.29 <13.4.10",
    files=("dist/server/base-server.js",),
    dead=("dist/esm/server/base-server.js",),
    harness="harness/base_server.cjs",
    held=(HeldSlot(paths=("preparedPromise",)),),
    fixed_upstream="13.4.10",
    rewrites=(
        Rewrite(
            inside="async prepare()",
            slot="this.$SLOT",
            find="""
                if (this.$SLOT === null) {
                    this.$SLOT = this.$PREPARE();
                }
                return this.$SLOT;
            """,
            write="""
                if (this.prepared) return;
                if (this.$SLOT === null) {
                    this.$SLOT = (async () => {
                        try {
                            await this.$PREPARE();
                            this.prepared = true;
                        } finally {
                            this.$SLOT = null;
                        }
                    })();
                }
                return this.$SLOT;
            """,
            healthy=(
                """
                if (this.prepared) return;
                if (this.$SLOT === null) {
                    this.$SLOT = this.$PREPARE().then(() => {
                        this.prepared = true;
                        this.$SLOT = null;
                    });
                }
                return this.$SLOT;
                """,
            ),
        ),
    ),
)
