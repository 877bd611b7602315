"""The resolver that Node makes for itself."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="default_resolver",
    about="The first lookup or server that listens makes the resolver of the process; no code of an app keeps it.",
    own={"defaultResolver": "node:internal/dns/utils"},
    example=Example(
        """
inside("/a", () => { require("dns").getServers(); });
""",
        {
            0: (r"ChannelWrap in defaultResolver in \(node:internal/dns/utils\)",),
        },
    ),
)
