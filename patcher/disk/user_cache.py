"""The user's cache folder: what nextfix remembers between runs is kept there, never in a project."""

import os
from hashlib import blake2b
from pathlib import Path

from platformdirs import user_cache_path


def cache_folder() -> Path:
    """The folder, as each system names it; `XDG_CACHE_HOME` is honoured. It need not exist yet."""
    return user_cache_path("nextfix", appauthor=False)


def cache_file() -> Path | None:
    """The file that remembers the analysis for runs in this working directory; None where none can be written."""
    try:
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    name = blake2b(os.getcwd().encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    return folder / f"check-{name}.json" if os.access(folder, os.W_OK) else None
