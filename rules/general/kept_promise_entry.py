"""A promise put on an entry of a graph or registry."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="kept-promise-entry",
    severity=Severity.ERROR,
    keeps="promise",
    growth="one a key",
    seldom_in_packages=True,
    made_in_root=True,
    title=(
        "`{slot}` stays on an object that outlives the call of `{function}`, and keeps the request that "
        "made it"
    ),
    why=(
        "The promise carries the async context of whoever made it, and the entry it hangs on belongs to "
        "a graph or registry that lives on: one request for every entry."
    ),
    fix=("Empty the field when the promise settles, and keep the value beside it."),
    retains="""const graph = new Map([["app", { id: "app" }]])
async function evaluate(id) {
  return { id }
}
function importOnce(node) {
  if (node.promise) return node.promise
  node.promise = evaluate(node.id)
  return node.promise
}
exports.handle = () => importOnce(graph.get("app"))
""",
    frees="""const graph = new Map([["app", { id: "app" }]])
async function evaluate(id) {
  return { id }
}
async function importOnce(node) {
  if (node.exports) return node.exports
  if (node.promise) return node.promise
  node.promise = evaluate(node.id)
  try {
    node.exports = await node.promise
  } finally {
    node.promise = undefined
  }
  return node.exports
}
exports.handle = () => importOnce(graph.get("app"))
""",
)
