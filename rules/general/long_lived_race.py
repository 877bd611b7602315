"""A wait for a promise or signal that lives as long as the process."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="long-lived-race",
    severity=Severity.NOTE,
    keeps="reaction",
    made_in_root=True,
    growth="one a request",
    each_call=True,
    seldom_in_packages=True,
    asks_in_packages="does what is waited for outlive one request? Who hands it over stands in another file",
    asks_in_applications="does what is waited for outlive the request, or end with its connection?",
    title=(
        "every call of `{function}` leaves a reaction on `{slot}`, which stays pending, and with it the "
        "request"
    ),
    why=(
        "`race`, `then` and `await` add a reaction to the promise, and a listener to the signal. Neither "
        "is taken away when the race is won by another: each keeps the async context of its request until "
        "the promise settles or the signal aborts, which may be never."
    ),
    fix=(
        "Give each call a promise of its own that is settled when the call is done: subscribe to the "
        "event inside `new Promise`, and unsubscribe (`removeEventListener`, `off`) in `finally`."
    ),
    retains="""const shutdown = new Promise((resolve) => process.once("SIGTERM", resolve))
exports.handle = async function answer(load) {
  return Promise.race([shutdown, load()])
}
""",
    frees="""const waiting = new Set()
process.once("SIGTERM", () => waiting.forEach((stop) => stop()))
exports.handle = async function answer(load) {
  let stop
  const stopped = new Promise((resolve) => waiting.add((stop = resolve)))
  try {
    return await Promise.race([stopped, load()])
  } finally {
    waiting.delete(stop)
  }
}
""",
)
