"""A poll that a request starts and that starts its own timer again."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="self-rearming-timer",
    severity=Severity.NOTE,
    keeps="live-timer",
    made_in_root=True,
    growth="one for the process",
    seldom_in_packages=True,
    asks_in_packages="does a request start this, or whoever sets the package up?",
    asks_in_applications="does a request start this, or the start of the program, and does anything end it?",
    title=(
        "`{slot}` starts its own timer again and again, in the context of the request that called "
        "`{function}` first"
    ),
    why=(
        "A timer carries the async context of whoever started it, and what its callback starts inherits "
        "it: the poll keeps the first request for ever, on every release of Node.js. When every request "
        "calls it, it keeps one each."
    ),
    fix="Call it once at module load, or run it in an AsyncResource that was made there.",
    retains="""let rates
async function refresh() {
  try {
    rates = {}
  } finally {
    setTimeout(refresh, 50).unref()
  }
}
exports.handle = async function getRates() {
  if (!rates) await refresh()
  return rates
}
""",
    frees="""let rates
async function refresh() {
  try {
    rates = {}
  } finally {
    setTimeout(refresh, 50).unref()
  }
}
refresh()
exports.handle = async function getRates() {
  return rates
}
""",
)
