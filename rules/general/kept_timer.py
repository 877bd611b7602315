"""The handle of a timer that is kept after the timer is done."""

from patcher.model import Severity
from patcher.rule import Family, Rewrite


def _fires(function: str, after: str) -> Rewrite:
    """A timer whose callback is written in place: it forgets the handle first."""
    return Rewrite(
        find=f"$SLOT = setTimeout({function}() => {{ $$$BODY; }}, $$$REST){after};",
        write=f"""
        $SLOT = setTimeout({function}() => {{
            $SLOT = $EMPTY;
            $$$BODY
        }}, $$$REST){after};
        """,
        keeps="timer",
    )


FAMILY = Family(
    id="kept-timer",
    severity=Severity.NOTE,
    keeps="timer",
    made_in_root=True,
    growth="one for the process",
    title=(
        "`{slot}` keeps a timer's handle after the timer of `{function}` fired or was cleared, and with "
        "it the request that started it"
    ),
    why=(
        "A timer carries the async context of whoever started it, and clearing it does not empty the "
        "variable. Before Node 24.20 the handle keeps the last request that set it."
    ),
    fix=(
        "Forget the handle where the timer ends: `this.timer = undefined` in its callback and after "
        "`clearTimeout(this.timer)`."
    ),
    retains="""class Flusher {
  schedule() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.flush(), 1)
  }
  flush() {}
}
const flusher = new Flusher()
exports.handle = () => flusher.schedule()
""",
    frees="""class Flusher {
  schedule() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.flush()
    }, 1)
  }
  flush() {}
}
const flusher = new Flusher()
exports.handle = () => flusher.schedule()
""",
    rewrites=(
        *(_fires(function, after) for function in ("", "async ") for after in ("", ".unref()")),
        *(
            Rewrite(
                find=f"{word}clearTimeout($SLOT);",
                write="clearTimeout($SLOT);\n$SLOT = $EMPTY;",
                keeps="timer",
            )
            for word in ("", "return ")
        ),
    ),
)
