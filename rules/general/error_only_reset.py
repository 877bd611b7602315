"""A promise that is forgotten when it fails and kept when it succeeds."""

from patcher.fix.memo_shapes import MEMO
from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="error-only-reset",
    severity=Severity.WARNING,
    keeps="promise",
    growth="one for the process",
    made_in_root=True,
    title=(
        "`{slot}` is emptied only when the promise of `{function}` fails; when it succeeds the promise "
        "stays, and with it its first caller's request"
    ),
    why=(
        "The reset in the `catch` makes the code look as if the promise were only kept while it is "
        "pending. On success, which is the usual case, nothing empties the slot."
    ),
    fix=(
        "Empty the slot in `finally`, or let the value take its place in `then`, and keep the reset on "
        "failure."
    ),
    retains="""let connection
async function connect() {
  return { open: true }
}
exports.handle = function getConnection() {
  if (!connection) {
    connection = connect().catch((error) => {
      connection = undefined
      throw error
    })
  }
  return connection
}
""",
    frees="""let connection
async function connect() {
  return { open: true }
}
exports.handle = function getConnection() {
  if (!connection) {
    connection = connect().then(
      (value) => (connection = value),
      (error) => {
        connection = undefined
        throw error
      },
    )
  }
  return connection
}
""",
    rewrites=MEMO,
)
