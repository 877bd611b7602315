"""What earlier runs found, so that content that was analysed once is not analysed again.

Outcomes are remembered by the content they were made from, and belong to one version of the analysis, known by a
digest of its own source: they hold wherever the same content lies, in another checkout, in a cache that CI
restores. Which content a path had is remembered with its size, times and inode, as git's index does,
so that a file that has not been touched is not even read.
"""

import json
import os
from bisect import bisect_left
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from hashlib import blake2b
from pathlib import Path
from time import time_ns
from typing import Any

from patcher.analysis.doubt import About, Doubt
from patcher.analysis.site import Site
from patcher.catalogue.load import GENERAL, data_folder
from patcher.catalogue.own_source import release_of, source_digest
from patcher.disk.outside import load_json
from patcher.disk.write import write_file
from patcher.errors import NextfixError
from patcher.scan.package_files import package_folder
from patcher.scan.read import ScannedFile

# The source that the analysis runs, and whatever of it decides what can be fixed.
_ROOMS = (
    *("analysis", "catalogue", "detached", "fix", "retention", "scan", "semantic_patch", "syntax", "text"),
    *("framework.py", "rule.py", "semver.py"),
)
# A file whose stamp says that it has nothing to analyse, or was not looked at in time to trust its stamp.
_NOTHING = ""
# A stamp is trusted when the file is older than this by the time it is remembered: a change in the same tick of the
# file system's clock would not show.
SETTLED_NS = 2_000_000_000


_LARGEST = 256 * 1024 * 1024  # bytes; one for 17,000 files has 3 MB


# Projects whose last link step is remembered, and packages.
_FOLDERS = 32
_PACKAGES = 4_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the link step says of one file: why no server runs it, if so, and which of its sites outlive a request."""

    doubt: str
    sites: tuple[Site, ...]


Answers = dict[str, Answer]


def _answer(held: dict[str, Any]) -> Answer:
    return Answer(held["doubt"], tuple(map(_site, held["sites"])))


def _site(held: dict[str, Any]) -> Site:
    doubt = held["doubt"]
    return Site(**held | {"doubt": Doubt(doubt["text"], About(doubt["about"]))})


@cache
def analysis_version() -> str:
    """A digest of the source of the analysis, of what says what can be fixed, of the families, of what is known of
    frameworks, and of the releases of the grammars that it reads files with."""
    digest = blake2b(digest_size=16)
    for grammar in ("tree_sitter", "tree_sitter_javascript", "tree_sitter_typescript"):
        digest.update(f"{grammar} {release_of(grammar)} ".encode())
    rules = data_folder("rules")
    records = sorted(rules.rglob("__init__.py"))
    digest.update(source_digest((*_ROOMS, rules / GENERAL, *records)).encode())
    return digest.hexdigest()


def stamp(path: str) -> list[int]:
    """Size, times of modification and of change, and inode of a file; empty when it cannot be looked at."""
    try:
        status = os.stat(path)
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _text(held: list[int]) -> str:
    size, modified, changed, inode = held
    return f"{size} {modified} {changed} {inode}"


class Memory:
    """Outcomes by key, and the stamp of each absolute path with the key that it had then, as one text: a list for each
    of 17,000 files takes four times as long to read."""

    def __init__(self, keys: dict[str, str], outcomes: dict[str, ScannedFile]) -> None:
        self._keys = keys
        self._outcomes = outcomes
        self._now: dict[str, list[int]] = {}
        self._folder = os.path.join(os.getcwd(), "")
        self._links: dict[str, tuple[str, Answers]] = {}
        self._packages: dict[str, tuple[str, Answers]] = {}
        self.plans: dict[str, Any] = {}

    @classmethod
    def load(cls, path: Path) -> "Memory":
        """The memory kept in the file at `path`; an empty one when there is none, or it is of no use."""
        try:
            held = load_json(path, limit=_LARGEST)
            if held["version"] != analysis_version():
                return cls({}, {})
            outcomes = {
                key: ScannedFile(
                    "",
                    tuple(map(_site, value["sites"])),
                    value["browser"],
                    value["skipped"],
                    key,
                )
                for key, value in held["outcomes"].items()
            }
            memory = cls(dict[str, str](held["keys"]), outcomes)
            memory._links, memory._packages = (
                {
                    folder: (mark, {path: _answer(answer) for path, answer in answers.items()})
                    for folder, (mark, answers) in held[part].items()
                }
                for part in ("links", "packages")
            )
            memory.plans = dict[str, Any](held["plans"])
            return memory
        except (NextfixError, ValueError, KeyError, TypeError, AttributeError):
            return cls({}, {})

    @property
    def known(self) -> frozenset[str]:
        """The keys whose outcomes are remembered."""
        return frozenset(self._outcomes)

    def recall(self, path: str) -> ScannedFile | None:
        """What is remembered of the file at `path`, if it has not been touched; None when it must be read."""
        here = self._absolute(path)
        now = self._now[here] = stamp(here)
        before, _, key = self._keys.get(here, "").rpartition(" ")
        if not now or before != _text(now):
            return None
        return ScannedFile(path) if key == _NOTHING else self._named(path, key)

    def links(self, mark: str) -> Answers:
        """The answers of the link step that was made from what `mark` stands for, in this folder; none when that has
        changed."""
        known, answers = self._links.get(self._folder, ("", {}))
        return dict(answers) if mark and known == mark else {}

    def keep_links(self, mark: str, answers: Answers) -> bool:
        """Remember the answers of a link step for this folder; says whether that is anything new."""
        if not mark or self._links.get(self._folder) == (mark, answers):
            return False
        self._links.pop(self._folder, None)
        self._links[self._folder] = (mark, answers)
        for folder in list(self._links)[:-_FOLDERS]:
            del self._links[folder]
        return True

    def package_links(self, marks: dict[str, str]) -> Answers:
        """The answers of earlier link steps of the packages in the folders of `marks` that have not changed since."""
        found: Answers = {}
        for folder, mark in marks.items():
            known, answers = self._packages.get(folder, ("", {}))
            if mark and known == mark:
                found |= answers
        return found

    def keep_package_links(self, marks: dict[str, str], answers: dict[str, Answers]) -> bool:
        """Remember the answers of the link step of packages by their folders; says whether that is anything new."""
        new = False
        for folder, held in answers.items():
            mark = marks.get(folder, "")
            if mark and self._packages.get(folder) != (mark, held):
                self._packages.pop(folder, None)
                self._packages[folder] = (mark, held)
                new = True
        for folder in list(self._packages)[:-_PACKAGES]:
            del self._packages[folder]
        return new

    def package_marks(self, folders: set[str]) -> dict[str, str]:
        """A digest, for each package in one of `folders`, of the stamps that its files had when this run listed them.

        It is empty where one of them was written a moment ago, so that a further change might not show.
        """
        digests = {folder: blake2b(digest_size=16) for folder in folders}
        newest = time_ns() - SETTLED_NS
        fresh: set[str] = set()
        now = {path.replace(os.sep, "/"): held for path, held in self._now.items()} if folders else {}
        paths = sorted(now)
        for folder in folders:
            first, last = (
                bisect_left(paths, f"{folder}/"),
                bisect_left(paths, f"{folder}0"),
            )  # "0" follows "/"
            for path in paths[first:last]:
                if package_folder(path) != folder:
                    continue
                held = now[path]
                digests[folder].update(f"{path}\0{held}\0".encode("utf-8", "surrogateescape"))
                if held and held[1] >= newest:
                    fresh.add(folder)
        for folder, digest in digests.items():
            held = stamp(f"{folder}/package.json")
            digest.update(repr(held).encode())
        return {f: "" if f in fresh else digest.hexdigest() for f, digest in digests.items()}

    def _absolute(self, path: str) -> str:
        """`os.path.abspath` for paths that are in order already, without its price for 17,000 files."""
        return path if os.path.isabs(path) else self._folder + path

    def filled_in(self, outcome: ScannedFile) -> ScannedFile:
        """`outcome` of this run; what it only refers to is filled in."""
        return (self._named(outcome.path, outcome.key) or outcome) if outcome.again else outcome

    def _named(self, path: str, key: str) -> ScannedFile | None:
        found = self._outcomes.get(key)
        return None if found is None else replace(found, path=path)

    def store(self, path: Path, outcomes: list[ScannedFile], clean: list[str]) -> None:
        """Remember this run in the file at `path`.

        What is known of files that this run was not asked about stays. A file that could not be analysed is not
        remembered, and neither is one that was written to a moment ago. A memory that cannot be written costs
        the next run its time and this one nothing.

        Args:
            path: the file to keep it in.
            outcomes: those of files that were analysed, or found to have known content.
            clean: the files that have nothing to analyse.
        """
        newest = time_ns() - SETTLED_NS
        keys = {outcome.path: outcome.key for outcome in outcomes if outcome.key} | dict.fromkeys(
            clean, _NOTHING
        )
        for file, key in keys.items():
            here = self._absolute(file)
            now = self._now.get(here) or []
            if now and now[1] < newest:
                self._keys[here] = f"{_text(now)} {key}"
            else:
                self._keys.pop(here, None)
        self._outcomes |= {outcome.key: outcome for outcome in outcomes if outcome.key and not outcome.again}
        used = {held.rpartition(" ")[2] for held in self._keys.values()} | {
            outcome.key for outcome in outcomes
        }
        kept = {
            key: {
                "sites": [asdict(site) for site in outcome.sites],
                "browser": outcome.browser,
                "skipped": outcome.skipped,
            }
            for key, outcome in self._outcomes.items()
            if key in used
        }
        links, packages = (
            {
                folder: (mark, {path: asdict(answer) for path, answer in answers.items()})
                for folder, (mark, answers) in part.items()
            }
            for part in (self._links, self._packages)
        )
        held = {"version": analysis_version(), "keys": self._keys, "outcomes": kept} | {
            "links": links,
            "packages": packages,
            "plans": self.plans,
        }
        with suppress(OSError, NextfixError):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, json.dumps(held, separators=(",", ":")).encode())
