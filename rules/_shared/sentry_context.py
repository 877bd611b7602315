"""What the integration of Sentry that describes the machine keeps: the promise of its first look."""

from patcher.rule import Rewrite

TITLE = "the contexts of events are memoized as a promise"
WHY = "The first request that captures an event makes this promise, and the integration keeps it for ever."
REWRITES = (
    Rewrite(
        inside="async function addContext($EVENT)",
        slot="$SLOT",
        find="""
            if ($SLOT === undefined) {
                $SLOT = $LOAD();
            }
        """,
        write="""
            if ($SLOT === undefined) {
                const pending = $LOAD();
                $SLOT = pending;
                pending.then((contexts) => {
                    $SLOT = contexts;
                }, () => {});
            }
        """,
    ),
)
