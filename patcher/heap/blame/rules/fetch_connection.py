"""A connection that fetch keeps open, in undici's client of the host."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="fetch_connection",
    about="The global dispatcher of fetch keeps a client for each origin, and the client its connection and a timer.",
    told_by={"Client": (("<symbol url>", "#context", "href"), ("#url", "#context", "href"))},
    example=Example(
        """
const server = require("http").createServer((_, response) => response.end());
server.keepAliveTimeout = 600000;
var patience = 500;
server.listen(0, "127.0.0.1", () => {
  inside("/a", () => fetch(`http://127.0.0.1:${server.address().port}`).then((answer) => answer.text()));
});
""",
        {
            0: (
                r"TCP in globalThis\[undici\.globalDispatcher\.\d\] for http://127\.0\.0\.1:\d+/",
                r"Timeout in \(a live timer, \d+ ms, callback onParserTimeout in node:.*",
            ),
            20: (r"TCP in globalThis\[undici\.globalDispatcher\.1\] for http://127\.0\.0\.1:\d+/",),
        },
    ),
)
