"""getModuleContextShared keeps a promise for each middleware and edge function.

The map is emptied in development only; 13.0.0 to 13.0.2 have no map, nor have the last canaries of 12.3.2. The
rewrite keeps concurrent callers on one context, as the original does, and puts the context itself in the map
when it is there; a failure may be tried again.
"""

from patcher.model import Severity
from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="next/sandbox-module-context",
    title="the context of a middleware or edge function is memoized as a promise",
    why=(
        "The first request that runs a middleware or an edge function makes the promise of its sandbox "
        "context, and a module-level map keeps it for ever, one for each function."
    ),
    package="next",
    part="middleware or edge function",
    versions=">=12.1.7-canary.24 <12.3.2-canary.29 || >=12.3.2 <13.0.0 || >=13.0.3-canary.1 <=16.5.0-canary.38",
    files=("dist/server/web/sandbox/context.js",),
    dead=("dist/esm/server/web/sandbox/context.js",),
    harness="harness/sandbox.cjs",
    held=(HeldSlot("(sandbox/context.js)"),),
    severity=(
        ("<13.0.0", Severity.WARNING),  # the map is asked only where experimental.runtime is set
        ("*", Severity.ERROR),
    ),
    rewrites=(
        Rewrite(
            slot="$CACHE.set($OPTIONS.moduleName)",
            find="""
                function getModuleContextShared($OPTIONS) {
                    let $SHARED = $CACHE.get($OPTIONS.moduleName);
                    if (!$SHARED) {
                        $SHARED = $CREATE($OPTIONS);
                        $CACHE.set($OPTIONS.moduleName, $SHARED);
                    }
                    return $SHARED;
                }
            """,
            write="""
                async function getModuleContextShared($OPTIONS) {
                    let $SHARED = $CACHE.get($OPTIONS.moduleName);
                    if (!$SHARED) {
                        $SHARED = $CREATE($OPTIONS);
                        $CACHE.set($OPTIONS.moduleName, $SHARED);
                        try {
                            const context = await $SHARED;
                            if ($CACHE.get($OPTIONS.moduleName) === $SHARED) $CACHE.set($OPTIONS.moduleName, context);
                        } catch (error) {
                            if ($CACHE.get($OPTIONS.moduleName) === $SHARED) $CACHE.delete($OPTIONS.moduleName);
                            throw error;
                        }
                    }
                    return $SHARED;
                }
            """,
        ),
    ),
)
