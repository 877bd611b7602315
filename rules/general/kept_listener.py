"""A listener of a request on something that lives on."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="kept-listener",
    severity=Severity.WARNING,
    keeps="promise",
    made_in_root=True,
    growth="one a request",
    seldom_in_packages=True,
    asks_in_packages="is the listener added for each request, or once when the package is set up?",
    title=(
        "every call of `{function}` leaves a listener on `{slot}`, which lives on, and with it what the "
        "listener uses of its request"
    ),
    why=(
        "A listener keeps what it calls: the response, or the function that settles the promise of the "
        "request, which carries its async context. An emitter, a signal or a socket that lives on has one "
        "more with each call."
    ),
    fix=(
        "Take it away on every path that ends the call: `finally { emitter.off(event, listener) }`, or pass "
        "a `signal` that is aborted then. For an abort of the caller: `signal.removeEventListener`."
    ),
    retains="""const { EventEmitter } = require("node:events")
const bus = new EventEmitter()
exports.handle = function next(load) {
  return new Promise((resolve, reject) => {
    bus.on("failure", reject)
    load().then(resolve)
  })
}
""",
    frees="""const { EventEmitter } = require("node:events")
const bus = new EventEmitter()
exports.handle = function next(load) {
  return new Promise((resolve, reject) => {
    bus.on("failure", reject)
    load()
      .then(resolve)
      .finally(() => bus.off("failure", reject))
  })
}
""",
)
