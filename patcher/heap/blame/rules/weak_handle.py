"""A handle that Node holds weakly, such as a resolver or a compressor that was not closed."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="weak_handle",
    about="Node lists every native object for the end of the process; that list keeps none, the variable does.",
    example=Example(
        """
const { Resolver } = require("dns");
let resolver;
inside("/a", () => { resolver = new Resolver(); });
""",
        {
            0: (r"ChannelWrap in resolver in \(app/user\.cjs\)",),
        },
    ),
)
