"""getEnv keeps the promise of the environment that it detects.

The first request for a token makes it, and nothing empties it but clear(), which only tests call. The rewrite keeps
the name of the environment instead; concurrent first callers share the detection that is in flight, and a failure,
which the original keeps for ever, may be tried again.
"""

from patcher.model import Severity
from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="google-auth-library/environment",
    title="the detected environment is memoized as a promise",
    why="The first request for a token makes this promise, and a module variable keeps it for ever.",
    package="google-auth-library",
    versions=">=5.8.0 <=11.3.4",
    files=("build/src/auth/envDetect.js",),
    harness="harness/env_detect.cjs",
    held=(HeldSlot("(auth/envDetect.js)"),),
    severity=(("*", Severity.WARNING),),
    rewrites=(
        Rewrite(
            inside="async function getEnv()",
            slot="$SLOT",
            find="""
                if ($SLOT) { return $SLOT; }
                $SLOT = $SOURCE;
                return $SLOT;
            """,
            write="""
                if ($SLOT) { return $SLOT; }
                const pending = $SOURCE;
                $SLOT = pending;
                try {
                    const value = await pending;
                    if ($SLOT === pending) $SLOT = value;
                    return value;
                } catch (error) {
                    if ($SLOT === pending) $SLOT = undefined;
                    throw error;
                }
            """,
        ),
    ),
    program="""
        void [process.stdout, process.stderr, fetch("data:,")]; // what Node makes once, and before Node 24 keeps
        const { AsyncLocalStorage } = require("node:async_hooks");
        const { getEnv } = require("google-auth-library/build/src/auth/envDetect");
        process.env.GCE_METADATA_HOST = "127.0.0.1:1";
        const storage = new AsyncLocalStorage();
        let request = { url: "/" };
        const kept = new WeakRef(request);
        storage.run(request, () => getEnv());
        request = undefined;
        setTimeout(() => { gc(); setTimeout(() => { gc(); console.log(kept.deref() ? "kept" : "freed"); }); }, 2000);
    """,
)
