"""What waits on a promise that stays pending."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="pending_reaction",
    about="Every await, then or race on a pending promise adds a reaction, which carries the context of its request.",
    example=Example(
        """
const shutdown = new Promise(() => {});
for (let turn = 0; turn < 3; turn++) {
  inside(`/${turn}`, async () => { await Promise.race([shutdown, Promise.resolve()]); });
}
""",
        {
            0: (r"Promise in shutdown in \(app/user\.cjs\)",),
        },
    ),
)
