"""A callback on a stream that lives on."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="shared-stream",
    severity=Severity.WARNING,
    keeps="stream",
    made_in_root=True,
    growth="one a request",
    seldom_in_packages=True,
    asks_in_packages="does the stream live longer than one request? Who hands it over stands in another file",
    title=(
        "every call of `{function}` leaves a callback on the stream `{slot}`, which lives on, and with it "
        "the request"
    ),
    why=(
        "`finished` and `pipeline` bind their callbacks to the async context of the caller (from Node "
        "22.16), and take them away when the stream ends. A stream of the module does not end with the "
        "request: each call keeps one more."
    ),
    fix=(
        "Call what `finished` returns when the request is over, or pass `signal`. Write into the shared "
        "stream with `write`, and pipe into streams of the request only."
    ),
    retains="""const { PassThrough, finished } = require("node:stream")
const log = new PassThrough()
exports.handle = function append(line) {
  finished(log, () => {})
  log.resume()
}
""",
    frees="""const { PassThrough, finished } = require("node:stream")
const log = new PassThrough()
exports.handle = function append(line) {
  const forget = finished(log, () => {})
  log.resume()
  forget()
}
""",
)
