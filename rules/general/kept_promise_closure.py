"""A promise made on first use and kept in a variable of a factory."""

from patcher.fix.memo_shapes import MEMO
from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="kept-promise-closure",
    severity=Severity.WARNING,
    keeps="promise",
    growth="one for the process",
    made_in_root=True,
    title=(
        "`{slot}` keeps the promise that the first caller of `{function}` made, and with it that "
        "caller's request"
    ),
    why=(
        "A promise carries the async context of whoever made it. The function that was returned keeps "
        "the variable, so the request that came first stays in memory for as long as that function."
    ),
    fix=(
        "Let the value take the place of the promise when it settles, or empty the variable in "
        "`finally` and keep the value in another."
    ),
    retains="""function makeResolver(lookup) {
  let pending
  return () => {
    if (!pending) pending = lookup().then((address) => address)
    return pending
  }
}
const resolve = makeResolver(async () => "127.0.0.1")
exports.handle = () => resolve()
""",
    frees="""function makeResolver(lookup) {
  let pending
  return () => {
    if (!pending) {
      pending = lookup().then((address) => {
        pending = address
        return address
      })
    }
    return pending
  }
}
const resolve = makeResolver(async () => "127.0.0.1")
exports.handle = () => resolve()
""",
    rewrites=MEMO,
)
