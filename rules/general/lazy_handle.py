"""A socket, server, session, worker, watcher, channel or resolver that a request opens."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="lazy-handle",
    severity=Severity.NOTE,
    keeps="handle",
    growth="one for the process",
    seldom_in_packages=True,
    asks_in_packages="is this opened by a request, or when the package is set up or connected?",
    asks_in_applications="is this opened by a request, and does it stay open after it?",
    title=(
        "`{slot}` keeps a handle that `{function}` opens during a request, and with it this request for "
        "as long as it is open"
    ),
    why=(
        "A native handle carries the async context of whoever opened it, on every release of Node.js, "
        "until it is closed. On first use that is one request; in a collection it is one for each key or "
        "each call. A channel whose ports stay open, and a keep-alive agent of its own, keep each request "
        "that makes one."
    ),
    fix=(
        "Open it at module load or when the server starts, or inside an AsyncResource made there: "
        "`root.runInAsyncScope(() => connect())`. Close what a call opens in `finally`, and take it out "
        "of the collection on `close`."
    ),
    retains="""const dns = require("node:dns")
let resolver
exports.handle = function lookup() {
  if (!resolver) resolver = new dns.Resolver()
  return resolver
}
""",
    frees="""const dns = require("node:dns")
const resolver = new dns.Resolver()
exports.handle = function lookup() {
  return resolver
}
""",
)
