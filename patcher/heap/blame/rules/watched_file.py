"""A file that `fs.watchFile` looks at again and again."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="watched_file",
    about="Node keeps a watcher for each path of fs.watchFile until fs.unwatchFile is called with it.",
    own={"statWatchers": "node:fs"},
    example=Example(
        """
inside("/a", () => { require("fs").watchFile(__filename, function changed() {}); });
""",
        {
            0: (r"StatWatcher in statWatchers in \(node:fs\)",),
        },
    ),
)
