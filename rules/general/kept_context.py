"""A function bound to the context of a request, on something that lives on."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="kept-context",
    severity=Severity.NOTE,
    keeps="context",
    growth="one a request",
    seldom_in_packages=True,
    title="`{slot}` keeps what `{function}` binds to the async context of a request",
    why=(
        "`AsyncResource.bind`, `AsyncLocalStorage.bind` and `snapshot` keep the context of the request by "
        "design. On an emitter or in a collection that lives on, each call adds one that nobody takes "
        "away, on every release of Node.js."
    ),
    fix=(
        "Take the listener away when the request is over (`res.once('close', () => emitter.off(...))`), "
        "or pass the values that it needs instead of the context."
    ),
    retains="""const { AsyncResource } = require("node:async_hooks")
const { EventEmitter } = require("node:events")
const bus = new EventEmitter()
exports.handle = function follow() {
  bus.on(
    "settings",
    AsyncResource.bind(() => {}),
  )
}
""",
    frees="""const { AsyncResource } = require("node:async_hooks")
const { EventEmitter } = require("node:events")
const bus = new EventEmitter()
exports.handle = function follow() {
  const listener = AsyncResource.bind(() => {})
  bus.on("settings", listener)
  setImmediate(() => bus.off("settings", listener))
}
""",
)
