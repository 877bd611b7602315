"""A web stream that a request makes and a cache keeps."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="stream-in-cache",
    severity=Severity.WARNING,
    keeps="web-stream",
    made_in_root=True,
    growth="one a key",
    title=(
        "`{slot}` keeps web streams that `{function}` was given during a request, and with each its request"
    ),
    why=(
        "A web stream holds promises, which carry the async context of whoever made it. Each entry keeps "
        "a request for as long as it is cached."
    ),
    fix="Read the stream and cache its bytes: `new Uint8Array(await new Response(stream).arrayBuffer())`.",
    retains="""const entries = new Map()
exports.handle = function render() {
  const made = new ReadableStream({ start: (to) => (to.enqueue("page"), to.close()) })
  entries.set("page", { value: made })
}
""",
    frees="""const entries = new Map()
exports.handle = async function render() {
  const made = new ReadableStream({ start: (to) => (to.enqueue("page"), to.close()) })
  const chunks = []
  for await (const chunk of made) chunks.push(chunk)
  entries.set("page", { value: chunks })
}
""",
)
