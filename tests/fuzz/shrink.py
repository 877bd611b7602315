"""Making a failing input small: pieces are dropped as long as it goes on failing in the same way."""

import time
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.mutate import tokens_of

FOUND = Path(__file__).with_name("found")
LONGEST = 60.0  # seconds; what takes its whole budget at every try would be made small for hours


def failure(law: Callable[[bytes], object], source: bytes) -> str:
    """How `source` breaks `law`, without the details that differ from input to input; empty when it does not."""
    try:
        law(source)
    except Exception as error:
        return f"{type(error).__name__}: {str(error).partition(':')[0][:60]}"
    return ""


def shrunk(law: Callable[[bytes], object], source: bytes) -> bytes:
    """A smaller input that fails as `source` does, by delta debugging on its tokens for a minute."""
    ends = time.monotonic() + LONGEST
    kind = failure(law, source)
    tokens = tokens_of(source)
    size = len(tokens) // 2
    while size:
        at = 0
        while at < len(tokens) and time.monotonic() < ends:
            fewer = tokens[:at] + tokens[at + size :]
            if failure(law, b"".join(fewer)) == kind:
                tokens = fewer
            else:
                at += size
        size //= 2
    return b"".join(tokens)


def keep(source: bytes, name: str) -> Path:
    """Write a small failing input of our own text where test_found.py runs it from now on."""
    FOUND.mkdir(exist_ok=True)
    path = FOUND / f"{name}.js"
    path.write_bytes(source)
    return path
