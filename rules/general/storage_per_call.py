"""An AsyncLocalStorage that each call makes."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="storage-per-call",
    severity=Severity.NOTE,
    keeps="storage",
    made_in_root=True,
    growth="one a request",
    seldom_in_packages=True,
    title=(
        "each call of `{function}` makes an AsyncLocalStorage (`{slot}`), which Node 22 and older never free"
    ),
    why=(
        "Up to Node 22 every storage that was run once stays in a list of Node's own, and every promise "
        "and timer gets a property for each of them: memory and time grow with the number of calls. It "
        "keeps no request."
    ),
    fix="Make one storage at module load, and run it with a store for each call.",
    retains="""const { AsyncLocalStorage } = require("node:async_hooks")
exports.handle = function attempt(job) {
  const scope = new AsyncLocalStorage()
  return scope.run({}, job)
}
""",
    frees="""const { AsyncLocalStorage } = require("node:async_hooks")
const scope = new AsyncLocalStorage()
exports.handle = function attempt(job) {
  return scope.run({}, job)
}
""",
)
