"""An Error whose `stack` was never read."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="unread_error",
    about="V8 keeps the functions of the frames until the stack is first read, and with them what they see.",
    example=Example(
        """
let lastError;
inside("/a", (request) => {
  const fail = () => { request; return new Error("no"); };
  lastError = fail();
});
""",
        {
            0: (r"Error whose stack was never read in lastError in \(app/user\.cjs\)",),
        },
    ),
)
