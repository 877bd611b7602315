"""An AsyncResource, or a function that one is bound to."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="async_resource",
    about="It carries the context that it was made under for as long as it lives, also after emitDestroy.",
    example=Example(
        """
const { AsyncResource } = require("async_hooks");
const callbacks = [];
inside("/a", () => callbacks.push(AsyncResource.bind(() => {})));
inside("/b", () => callbacks.push(AsyncLocalStorage.bind(() => {})));
""",
        {
            0: (r"AsyncResource in callbacks\[\*\] in \(app/user\.cjs\)",),
        },
    ),
)
