"""getOrInitDiskLRU keeps the promise of the image cache's index.

The first request for an optimized image makes it. The rewrite shares the one in flight, then keeps the index
itself; a failure, which the original keeps for ever, may be tried again. It returns the value that it awaited,
not the slot, because resetDiskLRU() may empty the slot meanwhile.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="next/disk-lru",
    title="the image cache's index is memoized as a promise",
    why="The first request for an optimized image makes this promise, and a module variable keeps it for ever.",
    package="next",
    part="image that the server optimizes",
    versions=">=15.5.14 <15.6.0-0 || >=16.1.7 <16.2.0-0 || >=16.2.0-canary.54 <=16.5.0-canary.38",
    files=("dist/server/lib/disk-lru-cache.external.js",),
    dead=("dist/esm/server/lib/disk-lru-cache.external.js",),
    harness="harness/disk_lru.cjs",
    held=(HeldSlot("(lib/disk-lru-cache.external.js)"),),
    rewrites=(
        Rewrite(
            inside="async function getOrInitDiskLRU($$$_)",
            slot="$SLOT",
            find="""
                if (!$SLOT) {
                    $SLOT = (async () => { $$$BODY; })();
                }
                return $SLOT;
            """,
            write="""
                if (!$SLOT) {
                    const pending = (async () => {
                        $$$BODY;
                    })();
                    $SLOT = pending;
                    try {
                        const value = await pending;
                        if ($SLOT === pending) $SLOT = value;
                        return value;
                    } catch (error) {
                        if ($SLOT === pending) $SLOT = null;
                        throw error;
                    }
                }
                return $SLOT;
            """,
        ),
    ),
)
