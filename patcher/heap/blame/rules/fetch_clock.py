"""What the first fetch of a process makes for all that follow."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="fetch_clock",
    about="The first fetch, Response or WebSocket makes what the process uses for all; no code of an app keeps it.",
    own=dict.fromkeys(("fastNowTimeout", "llhttpPromise", "timers"), "node:internal/deps/undici/undici"),
    example=Example(
        """
let answer;
inside("/a", () => { answer = new Response("a"); });
""",
        {
            0: (),
            20: (r"Promise in llhttpPromise in \(node:internal/deps/undici/undici\)",),
            22: (r"Promise in llhttpPromise in \(node:internal/deps/undici/undici\)",),
        },
    ),
)
