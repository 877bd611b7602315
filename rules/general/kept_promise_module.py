"""A promise made on first use and kept in a variable of the module."""

from patcher.fix.memo_shapes import MEMO
from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="kept-promise-module",
    severity=Severity.WARNING,
    keeps="promise",
    growth="one for the process",
    made_in_root=True,
    title=(
        "`{slot}` keeps the promise that the first caller of `{function}` made, and with it that "
        "caller's request"
    ),
    why=(
        "A promise carries the async context of whoever made it. A module variable lives as long as the "
        "process, so the request that came first is never freed."
    ),
    fix=(
        "Let the value take the place of the promise: `p = load().then((v) => (p = v))` where callers "
        "await it, or keep the value in a second variable and empty the first in `finally`. Where "
        "callers need the promise, make it outside of any request, at module load or inside `new "
        'AsyncResource("x")` made there.'
    ),
    retains="""let settings
async function readSettings() {
  return { ready: true }
}
exports.handle = function getSettings() {
  return (settings ??= readSettings())
}
""",
    frees="""let settings
async function readSettings() {
  return { ready: true }
}
exports.handle = function getSettings() {
  return (settings ??= readSettings().then((value) => (settings = value)))
}
""",
    rewrites=MEMO,
)
