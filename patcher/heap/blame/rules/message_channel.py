"""The two ports of a channel."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="message_channel",
    about="A port is held by Node while it is open; the channel's own variable is what can close it.",
    example=Example(
        """
let channel;
inside("/a", () => { channel = new MessageChannel(); });
""",
        {
            0: (
                r"MessagePort in channel\.port1 in \(app/user\.cjs\)",
                r"MessagePort in channel\.port2 in \(app/user\.cjs\)",
            ),
        },
    ),
)
