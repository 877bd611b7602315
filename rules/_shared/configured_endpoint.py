"""What AWS clients keep of an endpoint that a file of settings may name: the promise of reading it."""

from patcher.rule import Rewrite

TITLE = "the endpoint of the settings is memoized as a promise"
WHY = (
    "The first request that calls an AWS client makes this promise, and its configuration keeps it for ever."
)
REWRITE = Rewrite(
    slot="$SLOT",
    find="""
        if (input.serviceId && !$SLOT) {
            $SLOT = $READ;
        }
        return $SLOT;
    """,
    # An endpoint that is not set is read as undefined, which must not be asked for again.
    write="""
        if (input.serviceId && !$SLOT) {
            const pending = $READ;
            $SLOT = { pending };
            pending.then((endpoint) => {
                $SLOT = { endpoint };
            }, () => {
                $SLOT = undefined;
            });
        }
        return $SLOT?.pending ?? $SLOT?.endpoint;
    """,
)
