"""Promises put into a collection that nobody empties."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="promise-collection",
    severity=Severity.NOTE,
    keeps="promise",
    made_in_root=True,
    growth="one a request",
    seldom_in_packages=True,
    title="`{slot}` keeps every promise that `{function}` puts into it, and with each its request",
    why=(
        "A promise carries the async context of whoever made it. Nothing takes these out of the "
        "collection again, so each call keeps one more request."
    ),
    fix="Take the promise out when it settles: `tasks.add(p); p.finally(() => tasks.delete(p))`.",
    retains="""const tasks = new Set()
async function work() {}
exports.handle = function run() {
  tasks.add(work())
}
""",
    frees="""const tasks = new Set()
async function work() {}
exports.handle = function run() {
  const task = work()
  tasks.add(task)
  task.finally(() => tasks.delete(task))
}
""",
)
