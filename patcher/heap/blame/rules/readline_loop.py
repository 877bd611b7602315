"""A loop over the lines of a readline interface that waits for the next."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="readline_loop",
    about="The interface is an emitter, and the loop waits in a listener of it.",
    example=Example(
        """
const { PassThrough } = require("stream");
const lines = require("readline").createInterface({ input: new PassThrough() });
inside("/a", async () => { for await (const _ of lines); });
""",
        {
            0: (r"Promise in lines\._events in \(app/user\.cjs\)",),
        },
    ),
)
