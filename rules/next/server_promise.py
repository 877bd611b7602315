"""getServer memoizes a promise.

`prepare()` fills the slot at start-up in normal use. A custom server that listens before `prepare()` is done
fills it in a request; up to 13.4.12 that is easily done, up to 15.0.8 only `render404` and its like reach
it, and from 15.1 nothing that a request calls does.
"""

from patcher.model import Severity
from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="next/server-promise",
    title="the server is memoized as a promise",
    why=(
        "NextServer keeps the promise of its server for ever. When a request makes it, because the server "
        "listens before prepare() is done, that request stays in memory with everything that hangs on it."
    ),
    package="next",
    versions=">=10.0.8-canary.11 <=16.5.0-canary.38",
    files=("dist/server/next.js",),
    dead=("dist/esm/server/next.js",),
    harness="harness/server.cjs",
    held=(HeldSlot("NextServer", ("serverPromise",)),),
    after_apply={
        "documented": (
            "await app.prepare() before listening: with this style, concurrent first requests build a server each"
        ),
    },
    # Measured on 13.0.7: see patcher/detached/README.md.
    detached_frees={
        "next.config.mjs": (
            "the requests that wait for next.config.mjs to be imported, if app.prepare() is not awaited first"
        ),
    },
    severity=(
        ("<13.4.13", Severity.ERROR),
        ("<15.1.0", Severity.WARNING),
        ("*", Severity.NOTE),
    ),
    rewrites=(
        Rewrite(
            inside="async getServer()",
            slot="this.$SLOT",
            find="""
                if (!this.$SLOT) {
                    $$$BEFORE;
                    this.$SLOT = $LOAD.then(async ($PARAM) => {
                        $$$BODY;
                        return $VALUE;
                    });
                }
                return this.$SLOT;
            """,
            write={
                "documented": """
                    if (!this.$SLOT) {
                        $$$BEFORE;
                        const $PARAM = await $LOAD;
                        $$$BODY;
                        this.$SLOT = $VALUE;
                    }
                    return this.$SLOT;
                """,
                "single-flight": """
                    if (!this.$SLOT) {
                        $$$BEFORE;
                        const pending = (async () => {
                            const $PARAM = await $LOAD;
                            $$$BODY;
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
        ),
    ),
    references=("https://github.com/DataDog/dd-trace-js/issues/2713",),
)
