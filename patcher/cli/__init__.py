"""The command line: one module a command, each imported only when it is called."""

import signal
from contextlib import suppress

# Ctrl-C while the first modules are loaded ends the process as it ends any other, and not with a traceback of them.
_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
with suppress(ValueError):  # another thread than the main one has no say
    if _ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

from patcher.cli.main import main  # noqa: E402 (what stands above is for this import)

with suppress(ValueError):
    if _ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)

__all__ = ["main"]
