"""What the transport of Sentry does in a request: it sends the events that the request captured."""

from patcher.rule import Rewrite
from patcher.text.async_root import with_root

TITLE = "events are sent in the request that captured them"
REWRITES = (
    Rewrite(
        inside="function createRequestExecutor($OPTIONS, $HTTP, $AGENT)",
        keeps="handle",
        slot="agent",
        find="""
            const { $$$PARTS } = new URL($OPTIONS.url);
            return function makeRequest($REQUEST) {
                $$$BEFORE;
                return $SENT;
            };
        """,
        write="const { $$$PARTS } = new URL($OPTIONS.url);"
        + with_root("""
            return function makeRequest($REQUEST) {
                $$$BEFORE;
                return root.runInAsyncScope(() => $SENT);
            };
        """),
    ),
)
