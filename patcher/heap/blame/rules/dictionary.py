"""A plain object that is used as a dictionary."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="dictionary",
    about="Many names of one plain object are keys: one slot, as of a Map.",
    example=Example(
        """
const settings = {};
for (let turn = 0; turn < 30; turn++) {
  inside(`/${turn}`, (request) => { settings[`t${turn}`] = { request }; });
}
""",
        {
            0: (r"IncomingMessage in settings\[\*\]\.request in \(app/user\.cjs\)",),
        },
    ),
)
