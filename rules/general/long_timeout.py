"""A long timeout for each request."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="long-timeout",
    severity=Severity.WARNING,
    keeps="live-timer",
    made_in_root=True,
    growth="one a request",
    each_call=True,
    seldom_in_packages=True,
    asks_in_packages="how long is the delay, and does a request wait for it? Who says so stands in another file",
    title=(
        "each call of `{function}` leaves a timeout (`{slot}`) that waits long after the request is done, "
        "and keeps it so long"
    ),
    why=(
        "A running timer carries the async context of whoever started it, on every release of Node.js, "
        "whether or not its handle is kept. A race that is won leaves the timeout of the loser running; a "
        "time to live keeps one timer for each entry. The number of requests kept is the rate of calls "
        "times the delay."
    ),
    fix=(
        "Clear the timeout in `finally` when the work is done. For entries that expire, keep the time "
        "with the entry and sweep from one interval that is started at module load."
    ),
    retains="""exports.handle = async function answer(load) {
  return Promise.race([
    load(),
    new Promise((_, reject) => setTimeout(() => reject(new Error("timeout")), 30_000)),
  ])
}
""",
    frees="""exports.handle = async function answer(load) {
  let timer
  try {
    return await Promise.race([
      load(),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error("timeout")), 30_000)
      }),
    ])
  } finally {
    clearTimeout(timer)
  }
}
""",
)
