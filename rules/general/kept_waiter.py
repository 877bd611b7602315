"""The function that settles a promise, left in a collection when the promise is settled."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="kept-waiter",
    severity=Severity.WARNING,
    keeps="promise",
    made_in_root=True,
    growth="one a request",
    seldom_in_packages=True,
    asks_in_packages="does what is waited for take longer than one request?",
    title=(
        "`{slot}` keeps the functions that settle the promises of `{function}` when these are settled, and "
        "with each its request"
    ),
    why=(
        "`resolve` and `reject` hold their promise, which carries the async context of whoever made it. "
        "An answer, a timeout or an abort settles the promise and leaves the entry in the collection."
    ),
    fix=(
        "Take the entry out on every path that settles the promise: in the callback of the timeout and of "
        "the abort too, or in `finally`: `promise.finally(() => pending.delete(id))`."
    ),
    retains="""const pending = new Map()
let serial = 0
function answered(id, value) {
  pending.get(id).resolve(value)
}
exports.handle = async function ask() {
  const id = ++serial
  setImmediate(() => answered(id, "yes"))
  await new Promise((resolve, reject) => {
    pending.set(id, { resolve, reject })
  })
}
""",
    frees="""const pending = new Map()
let serial = 0
function answered(id, value) {
  const { resolve } = pending.get(id)
  pending.delete(id)
  resolve(value)
}
exports.handle = async function ask() {
  const id = ++serial
  setImmediate(() => answered(id, "yes"))
  await new Promise((resolve, reject) => {
    pending.set(id, { resolve, reject })
  })
}
""",
)
