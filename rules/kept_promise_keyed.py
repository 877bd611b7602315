"""A cache whose entries are promises."""

from patcher.analysis.family import Family
from patcher.model import Severity

FAMILY = Family(
    id="kept-promise-keyed",
    letter="D",
    severity=Severity.ERROR,
    title=(
        "`{slot}` keeps one promise a key, and with each the request that asked `{function}` for it first"
    ),
    why=(
        "A promise carries the async context of whoever made it. Every key that is ever asked for keeps "
        "one more request, and nothing frees them before the entry goes."
    ),
    fix=(
        "Cache values: put the value in the place of the promise when it settles (`cache.set(key, "
        "value)` in `then`), or delete the entry in `finally` and keep values elsewhere. To keep the "
        "promises, make them outside of any request: `root.runInAsyncScope(() => load(key))` with an "
        "AsyncResource made at module load."
    ),
    retains="""const files = new Map()
async function read(path) {
  return path
}
exports.handle = function readOnce() {
  const path = "/etc/hosts"
  if (!files.has(path)) files.set(path, read(path))
  return files.get(path)
}
""",
    frees="""const files = new Map()
async function read(path) {
  return path
}
exports.handle = function readOnce() {
  const path = "/etc/hosts"
  if (!files.has(path)) {
    files.set(path, read(path).then((text) => {
      files.set(path, text)
      return text
    }))
  }
  return files.get(path)
}
""",
)
