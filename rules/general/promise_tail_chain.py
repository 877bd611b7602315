"""A queue whose last promise is kept."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="promise-tail-chain",
    severity=Severity.NOTE,
    keeps="promise",
    growth="one for the process",
    ends_with_owner=True,
    made_in_root=True,
    title=(
        "`{slot}` keeps the last promise of the queue that `{function}` appends to, and with it the "
        "last request that used it"
    ),
    why=(
        "A queue written as `tail = tail.then(job)`, and a lock that waits for the promise before its own, always "
        "keep their last link, which carries the async context of the request that appended it. It is one request "
        "(one for each key where a map holds the queues), and another replaces it."
    ),
    fix=(
        "Let the queue end: when the link that settles is still the tail, set the tail back to a "
        "promise made at module load."
    ),
    retains="""const start = Promise.resolve()
let tail = start
exports.handle = function enqueue(job) {
  tail = tail.then(() => job())
  return tail
}
""",
    frees="""const start = Promise.resolve()
let tail = start
exports.handle = function enqueue(job) {
  const link = tail.then(() => job())
  tail = link
  return link.finally(() => {
    if (tail === link) tail = start
  })
}
""",
)
