"""A promise made on first use and kept in a field of an object."""

from patcher.fix.memo_shapes import MEMO
from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="kept-promise-field",
    severity=Severity.WARNING,
    keeps="promise",
    growth="one for the process",
    made_in_root=True,
    title=(
        "`{slot}` keeps the promise that the first caller of `{function}` made, and with it that "
        "caller's request"
    ),
    why=(
        "A promise carries the async context of whoever made it. The field holds the promise after it "
        "has settled, so the request that came first stays in memory for as long as the object."
    ),
    fix=(
        "Store the value after `await`, or keep the promise only while it is pending: `try { v = await "
        "(this.p ??= load()) } finally { this.p = undefined }`. Where callers need the promise, make it "
        'outside of any request: `const root = new AsyncResource("x")` at module load, `this.p = '
        "root.runInAsyncScope(() => load())`."
    ),
    retains="""class Client {
  ready() {
    if (!this.readyPromise) {
      this.readyPromise = this.open().then((session) => session)
    }
    return this.readyPromise
  }
  async open() {
    return {}
  }
}
const client = new Client()
exports.handle = () => client.ready()
""",
    frees="""class Client {
  async ready() {
    if (this.session) return this.session
    try {
      this.session = await (this.readyPromise ??= this.open())
    } finally {
      this.readyPromise = undefined
    }
    return this.session
  }
  async open() {
    return {}
  }
}
const client = new Client()
exports.handle = () => client.ready()
""",
    rewrites=MEMO,
)
