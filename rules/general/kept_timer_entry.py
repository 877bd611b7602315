"""The handle of a timer that stays in a collection after the timer is done."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="kept-timer-entry",
    severity=Severity.NOTE,
    keeps="timer",
    made_in_root=True,
    growth="one a key",
    title=(
        "`{slot}` keeps a timer's handle a key after the timer of `{function}` fired or was cleared, and "
        "with it a request"
    ),
    why=(
        "A timer carries the async context of whoever started it, and its handle stays in the collection "
        "when it has fired. Before Node 24.20, on 25 and up to 26.5, each handle keeps a request."
    ),
    fix="Delete the entry in the timer's own callback, and wherever it is cleared.",
    retains="""const timers = new Map()
exports.handle = function debounce(job) {
  clearTimeout(timers.get("settings"))
  timers.set("settings", setTimeout(job, 1))
}
""",
    frees="""const timers = new Map()
exports.handle = function debounce(job) {
  clearTimeout(timers.get("settings"))
  timers.set(
    "settings",
    setTimeout(() => {
      timers.delete("settings")
      job()
    }, 1),
  )
}
""",
)
