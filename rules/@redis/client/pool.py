"""A pool opens its connections, and starts the timer of its clean-up, in whatever request needs them.

A connection is a live handle: on every Node it keeps the request that opened it, one for each connection of the pool.
It belongs to the pool and to no request, so it is opened in the async context of the process in which none runs: that
of the process where there is one (see patcher.detached), else one that is made with the pool.
"""

from patcher.rule import HeldSlot, Rewrite, Rule
from patcher.text.async_root import root_of_instance

RULE = Rule(
    id="@redis/client/pool",
    title="a pool's connections and its timer are made in the request that needs them",
    why="A request that finds no idle client opens a connection, which lives on and keeps that request on every Node.",
    package="@redis/client",
    versions=">=5.1.0 <=6.3.1",
    files=("dist/lib/client/pool.js",),
    harness="harness/pool.cjs",
    held=(HeldSlot("RedisClientPool", ("cleanupTimeout",)),),
    rewrites=(
        Rewrite(
            versions=">=5.12.0",
            find="super(); const socketOpts = $SOCKET;",
            write=root_of_instance("super();", "const socketOpts = $SOCKET;"),
        ),
        Rewrite(
            versions="<5.12.0",
            inside="constructor($$$_)",
            find="super(); this.$FIELD = $VALUE;",
            write=root_of_instance("super();", "this.$FIELD = $VALUE;"),
        ),
        Rewrite(
            inside="async #create($$$_)",
            slot="$CLIENT",
            keeps="handle",
            find="await $CLIENT.connect();",
            write="await this._self._root.runInAsyncScope(() => $CLIENT.connect());",
        ),
        Rewrite(
            inside="#scheduleCleanup()",
            slot="this.cleanupTimeout",
            keeps="live-timer",
            find="this.cleanupTimeout = setTimeout($CLEAN, $DELAY);",
            write="this.cleanupTimeout = this._self._root.runInAsyncScope(() => setTimeout($CLEAN, $DELAY));",
        ),
    ),
)
