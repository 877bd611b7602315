"""A request, response, socket, store or span in a collection that nobody takes it out of."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="kept-request",
    severity=Severity.WARNING,
    keeps="request",
    made_in_root=True,
    growth="one a request",
    title="`{slot}` keeps what `{function}` puts into it of a request, for ever",
    why=(
        "The request, its response, its socket, its store or its span is kept by itself, on every release "
        "of Node.js and without any tracer: the file takes nothing out of the collection again."
    ),
    fix=(
        "Take it out when it has ended, whoever ends it: `res.on('close', () => clients.delete(res))`. Keep "
        "what is needed of it, not the thing, or use it as the key of a WeakMap."
    ),
    retains="""const clients = new Set()
exports.handle = function follow(load, req, res = { req }) {
  clients.add(res)
}
""",
    frees="""const clients = new Set()
exports.handle = function follow(load, req, res = { req }) {
  clients.add(res)
  setImmediate(() => clients.delete(res))
}
""",
)
