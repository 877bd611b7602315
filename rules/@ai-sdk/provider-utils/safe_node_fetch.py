"""getDefaultDownloadFetch keeps the promise of the fetch that it made.

The first part that is downloaded by its URL makes it. The function takes its place; a failure stays as it was.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="@ai-sdk/provider-utils/safe-node-fetch",
    title="the fetch for downloads is memoized as a promise",
    why="The first request that downloads a part by its URL makes this promise, and the module keeps it for ever.",
    package="@ai-sdk/provider-utils",
    versions=">=4.0.41 <=4.0.66",
    files=("dist/index.js", "dist/index.mjs"),
    fixed_upstream="5.0.0",  # it has no such function
    harness="harness/safe_node_fetch.cjs",
    held=(
        HeldSlot("(dist/index.js)", ("safeNodeFetchPromise",)),
        HeldSlot("(dist/index.mjs)", ("safeNodeFetchPromise",)),
    ),
    rewrites=(
        Rewrite(
            inside="async function getDefaultDownloadFetch()",
            slot="$SLOT",
            find="return $SLOT != null ? $SLOT : $SLOT = $MAKE();",
            write="""
                if ($SLOT != null) return $SLOT;
                const pending = $MAKE();
                $SLOT = pending;
                pending.then((made) => {
                    $SLOT = made;
                }, () => {});
                return pending;
            """,
        ),
    ),
)
