"""An interval for each request or key."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="request-interval",
    severity=Severity.ERROR,
    keeps="live-timer",
    made_in_root=True,
    growth="one a request",
    each_call=True,
    seldom_in_packages=True,
    asks_in_packages="does a request start this, or whoever sets the package up?",
    title=(
        "each call of `{function}` starts an interval (`{slot}`) that runs on, and with it keeps its request"
    ),
    why=(
        "A running timer carries the async context of whoever started it, on every release of Node.js. "
        "One that each request or each key starts keeps one request each until it is stopped."
    ),
    fix=(
        "Start one interval at module load that serves all of them, or stop each in `finally` or on the "
        "request's `close`."
    ),
    retains="""const pollers = new Map()
exports.handle = function watch(key) {
  if (!pollers.has(key)) pollers.set(key, setInterval(() => {}, 60_000).unref())
}
""",
    frees="""const keys = new Set()
const poller = setInterval(() => keys.forEach(() => {}), 60_000)
poller.unref()
exports.handle = function watch(key) {
  keys.add(key)
}
""",
)
