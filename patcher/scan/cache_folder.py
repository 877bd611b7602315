"""Where results of the analysis are remembered between runs: in the user's cache folder, never in the project."""

import os
from hashlib import blake2b
from pathlib import Path


def cache_file() -> Path | None:
    """The file for runs in this working directory; None where no such file can be written.

    `XDG_CACHE_HOME` is honoured; else it is `~/.cache`, or `LOCALAPPDATA` on Windows.
    """
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        folder = (Path(home) if home else Path.home() / ".cache") / "nextfix"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    name = blake2b(os.getcwd().encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    return folder / f"check-{name}.json" if os.access(folder, os.W_OK) else None
