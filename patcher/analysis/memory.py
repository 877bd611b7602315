"""What earlier runs found, so that a file that has not changed is not analysed again.

A file is known by its path, size, modification time in nanoseconds and inode: a content cannot change without
one of them changing, short of setting the clock back by hand. The whole memory belongs to one version of the
analysis, told by a digest of its own source.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from hashlib import blake2b
from pathlib import Path

from patcher.analysis.reading import Outcome
from patcher.analysis.site import Site
from patcher.disk.write import write_file
from patcher.errors import NextfixError


@cache
def analysis_version() -> str:
    """A digest of the analysis's source and of the folder that paths are relative to."""
    digest = blake2b(os.getcwd().encode("utf-8", "surrogateescape"), digest_size=16)
    here = Path(__file__).parent
    for module in sorted([*here.glob("*.py"), here.parent / "syntax" / "tree.py"]):
        digest.update(module.read_bytes())
    return digest.hexdigest()


def stamp(path: str) -> list[int]:
    """Size, modification time and inode of a file; empty when it cannot be looked at."""
    try:
        status = os.stat(path)
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns, status.st_ino]


class Memory:
    """The results of earlier runs by absolute path."""

    def __init__(self, stamps: dict[str, list[int]], results: dict[str, Outcome]) -> None:
        self._stamps = stamps
        self._results = results
        self._current: dict[str, list[int]] = {}

    @classmethod
    def load(cls, path: Path) -> "Memory":
        """The memory kept in the file at `path`; an empty one when there is none, or it is of no use."""
        try:
            held = json.loads(path.read_bytes())
            if held["version"] != analysis_version():
                return cls({}, {})
            results = {
                key: Outcome(
                    key, tuple(Site(**site) for site in value["sites"]), value["quiet"], value["skipped"]
                )
                for key, value in held["results"].items()
            }
            return cls(held["stamps"], results)
        except (OSError, ValueError, KeyError, TypeError):
            return cls({}, {})

    def knows(self, path: str) -> bool:
        """Whether the file at `path` is as it was when its result was remembered."""
        now = stamp(path)
        self._current[path] = now
        return bool(now) and self._stamps.get(path) == now

    def outcomes(self) -> list[Outcome]:
        """The remembered results of the files asked about that have not changed."""
        return [
            self._results[path]
            for path, now in self._current.items()
            if path in self._results and self._stamps.get(path) == now
        ]

    def store(self, path: Path, fresh: list[str], outcomes: list[Outcome]) -> None:
        """Remember `outcomes` of this run in the file at `path`, when anything was looked at.

        What is known of files that this run was not asked about stays. A memory that cannot be written
        costs the next run its time and this one nothing.
        """
        if not fresh:
            return
        stamps = {**self._stamps, **{key: now for key, now in self._current.items() if now}}
        others = (outcome for key, outcome in self._results.items() if key not in self._current)
        results = {
            outcome.path: {k: v for k, v in asdict(outcome).items() if k != "path"}
            for outcome in (*others, *outcomes)
        }
        held = {"version": analysis_version(), "stamps": stamps, "results": results}
        with suppress(OSError, NextfixError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, json.dumps(held, separators=(",", ":")).encode())
