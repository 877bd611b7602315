"""A listener of the process for a signal."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="signal_listener",
    about="The first listener for a signal opens its handle, which lives until the last is removed: one a signal.",
    own={"signalWraps": "node:internal/process/signal"},
    example=Example(
        """
inside("/a", () => { process.on("SIGUSR2", function reload() {}); });
""",
        {
            0: (r"Signal in signalWraps in \(node:internal/process/signal\)",),
        },
    ),
)
