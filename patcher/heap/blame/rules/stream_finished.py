"""`finished` or `pipeline` on a stream that lives on."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="stream_finished",
    about="From Node 22 on a listener of the stream keeps an AsyncResource, one for each call; before, none.",
    example=Example(
        """
const { finished, PassThrough } = require("stream");
const shared = new PassThrough();
for (let turn = 0; turn < 3; turn++) inside(`/${turn}`, () => { finished(shared, () => {}); });
""",
        {
            0: (r"AsyncResource in shared\._events in \(app/user\.cjs\)",),
            20: (),
        },
    ),
)
