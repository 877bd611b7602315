"""A read that waits on a web stream that lives on."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="web_stream",
    about="A stream keeps the promise of every read that waits, inside of Node's own reader and queue.",
    example=Example(
        """
const stream = new ReadableStream({ pull() { return new Promise(() => {}); } });
inside("/a", async () => { await stream.getReader().read(); });
""",
        {
            0: (r"Promise in stream in \(app/user\.cjs\)",),
        },
    ),
)
