"""A socket, server, watcher, child or other native handle, which carries the context that it was made under."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="native_handle",
    about="Node holds an open handle until it is closed; its owner is the object that can close it, such as a pool.",
    parts=frozenset({"_handle", "ssl", "stdin", "stdout", "stderr"}),
    example=Example(
        """
const net = require("net");
class Pool { constructor() { this.idle = []; } }
const pool = new Pool();
const server = net.createServer(() => {});
var patience = 300;
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  inside("/a", () => pool.idle.push(net.connect(port, "127.0.0.1")));
});
""",
        {
            0: (r"TCP in Pool\.idle\[\*\]",),
        },
    ),
)
