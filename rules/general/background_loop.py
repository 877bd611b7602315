"""A loop without an end that a request starts."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="background-loop",
    severity=Severity.WARNING,
    keeps="reaction",
    growth="one for the process",
    made_in_root=True,
    title=(
        "`{slot}` holds a loop that the first caller of `{function}` starts, and that keeps this caller's "
        "request for as long as it runs"
    ),
    why=(
        "An async function that loops until a flag stops it always waits for something: the timer or the "
        "reaction that it waits with has the async context of the request that started it, on every "
        "release of Node.js. Do not await its promise."
    ),
    fix=(
        "Start the loop when the object is built or the server starts, or inside an AsyncResource made at "
        "module load: `root.runInAsyncScope(() => this.loop())`."
    ),
    retains="""const pause = (ms) => new Promise((done) => setTimeout(done, ms))
class Buffer {
  stopped = false
  add() {
    if (!this.publishing) this.publishing = this.publish()
  }
  async publish() {
    while (!this.stopped) await pause(5)
  }
}
const buffer = new Buffer()
exports.handle = () => buffer.add()
""",
    frees="""const pause = (ms) => new Promise((done) => setTimeout(done, ms))
class Buffer {
  stopped = false
  constructor() {
    this.publishing = this.publish()
  }
  add() {}
  async publish() {
    while (!this.stopped) await pause(5)
  }
}
const buffer = new Buffer()
exports.handle = () => buffer.add()
""",
)
