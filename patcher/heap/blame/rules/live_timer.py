"""A timer or interval that has not fired: Node's list of timers of one delay keeps it."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="live_timer",
    about="Node keeps a timer until it fires or is cleared, and links it to the timers beside it, which keep nothing.",
    seen_weakly=("_onTimeout", "context", "weakRef", "target"),
    skips=frozenset({"_idleNext", "_idlePrev"}),
    example=Example(
        """
class Poller { constructor() { this.timer = null; } }
const poller = new Poller();
setInterval(function innocent() {}, 60000);
inside("/a", () => { poller.timer = setInterval(function poll() {}, 60000); });
setInterval(function innocent() {}, 60000);
""",
        {
            0: (
                r"Timeout in \(a live timer, 60000 ms, callback poll in app/user.cjs\),"
                r" its handle in Poller\.timer",
            )
        },
    ),
)
