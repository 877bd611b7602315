"""ensureInstrumentationRegistered keeps a promise in the build of every middleware and edge function.

`next build` copies this module into `.next/server/middleware.js` and the edge functions, so a rewrite of the
package takes effect at the next build that does not find the old module in `.next/cache`. The first request
that reaches the sandbox makes the promise, and the module, which lives as long as the sandbox, keeps it.

The rewrite forgets it on success only. After a failure it stays, as in the original: instrumentation is to be
registered once, so it is not tried again. The function stays synchronous, because some callers drop its
promise: an async one would reject a second promise that nobody looks at.
"""

from patcher.rule import Rewrite, Rule

_REWRITE = Rewrite(
    inside="function ensureInstrumentationRegistered()",
    slot="$SLOT",
    find="""
        if (!$SLOT) {
            $SLOT = $REGISTER();
        }
        return $SLOT;
    """,
    write="""
        if (!$SLOT) {
            const pending = $REGISTER();
            $SLOT = pending;
            pending.then(() => {
                $SLOT = true;
            }, () => {});
        }
        return $SLOT === true ? Promise.resolve() : $SLOT;
    """,
)

# Nobody else fills this slot, and the one that is in flight above lets a single caller through.
_MODULE = Rewrite(
    versions=">=15.0.0-canary.63",
    inside="async function registerInstrumentation()",
    slot="$SLOT",
    find="""
        if (!$SLOT) {
            $SLOT = $LOAD();
        }
        const $MODULE = await $SLOT;
    """,
    write="""
        if (!$SLOT) {
            $SLOT = await $LOAD();
        }
        const $MODULE = $SLOT;
    """,
)

_TITLE = "the instrumentation of edge code is memoized as a promise"
_WHY = (
    "The first request that runs a middleware or an edge function makes this promise, and the bundle of that "
    "function, which the server evaluates once, keeps it for ever. 'next build' copies the code into the app."
)

RULES = (
    Rule(
        id="next/edge-instrumentation",
        title=_TITLE,
        why=_WHY,
        package="next",
        part="middleware or edge function",
        versions=">=13.4.5 <=16.5.0-canary.38",
        files=("dist/esm/server/web/globals.js",),
        dead=("dist/server/web/globals.js",),
        harness="harness/edge.cjs",
        rebuild=True,
        rewrites=(_REWRITE, _MODULE),
    ),
    Rule(
        id="next/edge-instrumentation-adapter",
        title=_TITLE,
        why=_WHY,
        package="next",
        versions=">=13.3.2 <13.4.5",
        files=("dist/esm/server/web/adapter.js",),
        dead=("dist/server/web/adapter.js",),
        harness="harness/edge.cjs",
        rebuild=True,
        rewrites=(_REWRITE,),
    ),
)
