"""What the http integration of Sentry starts in a request: the timer of the next report of sessions."""

from patcher.rule import Rewrite
from patcher.text.async_root import with_root

TITLE = "the timer that reports sessions is made in the request that ends first"
WHY = "The first request that ends after a report starts this timer, which keeps that request for a minute."
# The function of the timer shares its variables with the listener around it: the scope is read once and forgotten.
FORGET_SCOPE = Rewrite(
    find="const requestSession = requestIsolationScope.getScopeData().sdkProcessingMetadata.requestSession;",
    write="""
        const { requestSession } = requestIsolationScope.getScopeData().sdkProcessingMetadata;
        requestIsolationScope = undefined;
    """,
)
REWRITES = (
    Rewrite(
        find="const clientToRequestSessionAggregatesMap = new Map();",
        write=with_root("const clientToRequestSessionAggregatesMap = new Map([]);"),
    ),
    FORGET_SCOPE,
    Rewrite(
        slot="timeout",
        keeps="live-timer",
        find="const timeout = setTimeout($FLUSH, $DELAY).unref();",
        write="const timeout = root.runInAsyncScope(() => setTimeout($FLUSH, $DELAY)).unref();",
    ),
)
