"""A loop over `events.on` that waits for the next event."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="events_on",
    about="The iterator of events.on keeps its waiting promise in a listener of the emitter.",
    example=Example(
        """
const { on, EventEmitter } = require("events");
const bus = new EventEmitter();
inside("/a", async () => { for await (const _ of on(bus, "tick")); });
""",
        {
            0: (r"Promise in bus\._events in \(app/user\.cjs\)",),
        },
    ),
)
