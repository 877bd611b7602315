"""A module variable keeps the promise of whether this is a container, which the first connection asks for.

The answer takes its place; who asks awaits it as before. It does not fail.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="mongodb/docker",
    title="whether this is a container is memoized as a promise",
    why="The first request that makes a client connect makes this promise, and the module keeps it for ever.",
    package="mongodb",
    versions=">=6.5.0 <=7.9.0",
    files=("lib/cmap/handshake/client_metadata.js",),
    harness="harness/docker.cjs",
    held=(HeldSlot("(handshake/client_metadata.js)", ("dockerPromise",)),),
    rewrites=(
        Rewrite(
            slot="$SLOT",
            find="""
                $SLOT ??= $ASKED;
                const isDocker = await $SLOT;
            """,
            write="""
                if ($SLOT === undefined) {
                    const pending = $ASKED;
                    $SLOT = pending;
                    pending.then((accessible) => {
                        $SLOT = accessible;
                    }, () => {});
                }
                const isDocker = await $SLOT;
            """,
        ),
    ),
)
