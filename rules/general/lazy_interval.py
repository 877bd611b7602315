"""An interval that a request starts."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="lazy-interval",
    severity=Severity.NOTE,
    keeps="live-timer",
    made_in_root=True,
    growth="one for the process",
    asks_in_packages="does a request start this, or whoever sets the package up?",
    asks_in_applications="does a request start this, or the start of the program?",
    title=(
        "the interval in `{slot}` keeps the request during which `{function}` started it, for as long "
        "as it runs"
    ),
    why=(
        "A running timer carries the async context of whoever started it, on every release of Node.js. "
        "The request that came first is kept until the interval is stopped."
    ),
    fix=(
        "Start the interval when the module is loaded or the server starts, or inside `new "
        'AsyncResource("x")` made there.'
    ),
    retains="""let sweeper
function sweep() {}
exports.handle = function startSweeping() {
  if (!sweeper) sweeper = setInterval(sweep, 60_000).unref()
}
""",
    frees="""const sweeper = setInterval(sweep, 60_000).unref()
function sweep() {}
exports.handle = function startSweeping() {
  return sweeper
}
""",
)
