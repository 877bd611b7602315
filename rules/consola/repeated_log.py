"""A logger keeps the timer of a message that was repeated, and with it what was logged.

The handle is forgotten when the timer fires; what it prints is as before.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="consola/repeated-log",
    title="a logger keeps the timer of a repeated message",
    why=(
        "A request that logs one message many times starts this timer; the logger keeps its handle, and what was "
        "logged, until another message is repeated."
    ),
    package="consola",
    versions=">=3.2.0 <=3.4.2",
    files=("dist/core.cjs", "dist/core.mjs"),
    harness="harness/repeated_log.cjs",
    held=(HeldSlot(paths=("_lastLog.timeout",)),),
    rewrites=(
        Rewrite(
            slot="this._lastLog.timeout",
            keeps="timer",
            find="this._lastLog.timeout = setTimeout(resolveLog, this.options.throttle);",
            write="""
                this._lastLog.timeout = setTimeout(() => {
                    this._lastLog.timeout = undefined;
                    resolveLog();
                }, this.options.throttle);
            """,
        ),
    ),
)
