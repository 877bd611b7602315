"""A connection that an http agent keeps open for the next request to its host."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="keep_alive_agent",
    about="An agent keeps idle connections by host and port; the connection carries the context that opened it.",
    example=Example(
        """
const http = require("http");
const agent = new http.Agent({ keepAlive: true });
const server = http.createServer((_, response) => response.end());
server.keepAliveTimeout = 600000;
var patience = 500;
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  inside("/a", () => http.get({ host: "127.0.0.1", port, agent }, (answer) => answer.resume()));
});
""",
        {
            0: (r"TCP in agent\.freeSockets\['127\.0\.0\.1:\d+:'\]\[\*\] in \(app/user\.cjs\)",),
        },
    ),
)
