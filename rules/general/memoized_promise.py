"""A function that returns promises, handed to a helper that remembers results."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="memoized-promise",
    severity=Severity.WARNING,
    keeps="promise",
    made_in_root=True,
    growth="one a key",
    title="`{slot}` keeps what `{function}` remembers, which are promises: each keeps the request that asked first",
    why=(
        "A memoizing helper keeps what the function gave, and an async function gives a promise, which carries the "
        "async context of whoever called it. `once` keeps one request, `memoize` one for each key that was ever asked."
    ),
    fix=(
        "Memoize the value and not the promise, with a cache that is filled after `await`; or run the function outside "
        'of any request: `const root = new AsyncResource("memo")` at module load, `memoize((key) => '
        "root.runInAsyncScope(() => load(key)))`."
    ),
    retains="""// stands for a package like lodash or p-memoize
const helpers = {
  memoize: (make, known = new Map()) => (key) => {
    if (!known.has(key)) known.set(key, make(key))
    return known.get(key)
  },
}
const user = helpers.memoize(async (load) => load())
exports.handle = (load) => user(load)
""",
    frees="""const { AsyncResource } = require("node:async_hooks")
const root = new AsyncResource("memo")
// stands for a package like lodash or p-memoize
const helpers = {
  memoize: (make, known = new Map()) => (key) => {
    if (!known.has(key)) known.set(key, make(key))
    return known.get(key)
  },
}
const user = helpers.memoize((load) => root.runInAsyncScope(() => load()))
exports.handle = (load) => user(load)
""",
)
