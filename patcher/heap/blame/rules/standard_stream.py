"""The standard output and error of the process."""

from patcher.heap.blame.blame_rule import BlameRule, Example

RULE = BlameRule(
    id="standard_stream",
    about="Node opens stdout and stderr at their first use, in the context of whoever writes: one for the process.",
    own={
        "stdout": "node:internal/bootstrap/switches/is_main_thread",
        "stderr": "node:internal/bootstrap/switches/is_main_thread",
    },
    example=Example(
        """
inside("/a", () => { process.stdout.write(""); });
""",
        {
            0: (r".* in stdout in \(node:internal/bootstrap/switches/is_main_thread\)",),
        },
    ),
)
