"""Scores `nextfix check` on labelled sites, as its user runs it.

    python -m tests.corpus.score tests/corpus/labels-drawn.jsonl
    python -m tests.corpus.score --list tests/corpus/labels-apps-*.jsonl

A label names a release of npm, or the commit of a repository on GitHub. A release is fetched with `npm pack`, laid
out as it is installed, in a folder of its own, and checked with `--scope deps`. Of a repository that commit is fetched
with git, and checked with `--scope source`. Everything is kept in $NEXTFIX_TEST_CACHE, by default
~/.cache/nextfix-tests, or in `--cache`; what is there already is not fetched again.

Precision is of the findings that stand at a label, recall of the labels that keep a request; labels in doubt ("grey")
count in neither.
"""

import argparse
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.corpus.scoring import Label, Score, flagged, score
from tests.releases import cache_folder, fetch, unpack

_COMMIT = re.compile(r"[0-9a-f]{40}")
_COUNTED = (("all", "note"), ("fails a build", "warning"), ("errors", "error"))
_RANK = {"note": 0, "warning": 1, "error": 2}


def read_labels(path: Path) -> list[Label]:
    """The labels of a file, those in doubt left out."""
    held = (json.loads(line) for line in path.read_text().splitlines() if line.strip())
    return [Label(**label) for label in held if label["label"] in ("positive", "negative")]


def is_repository(label: Label) -> bool:
    """Whether a label is of a repository at a commit, and not of a release of npm."""
    return _COMMIT.fullmatch(label.version) is not None


def laid_out(label: Label, cache: Path, repositories: str) -> tuple[Path, Path]:
    """The folder to check for a label, and the one that its paths are relative to; fetched if they are not there.

    Raises:
        subprocess.CalledProcessError: when npm or git cannot fetch it.
    """
    folder = cache / f"{label.package.replace('/', '+')}@{label.version}"
    if is_repository(label):
        if not folder.is_dir():
            _clone(f"{repositories}/{label.package}", label.version, folder)
        return folder, folder
    package = folder / "node_modules" / label.package
    if not package.is_dir():
        archive = folder / "package.tgz"
        folder.mkdir(parents=True, exist_ok=True)
        fetch(f"{label.package}@{label.version}", archive)
        package.parent.mkdir(parents=True, exist_ok=True)
        unpack(archive, "", package)
        archive.unlink()
    manifest = {"name": "app", "private": True, "dependencies": {label.package: label.version}}
    (folder / "package.json").write_text(json.dumps(manifest))
    return folder, package


def findings_in(folder: Path, scope: str, more: Sequence[str] = ()) -> list[dict[str, Any]]:
    """What `nextfix check --scope SCOPE` says of `folder`.

    Raises:
        AssertionError: it gave no report.
    """
    command = [sys.executable, "-m", "patcher", "check", "--scope", scope, "--format", "json", *more, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.stdout.startswith("{"), f"{folder}: {done.stderr[-500:]}"
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def scores(
    labels: Iterable[Label], cache: Path, repositories: str, more: Sequence[str] = ()
) -> dict[str, Score]:
    """How all findings, those that fail a build, and errors hold against `labels`."""
    known = list(labels)
    hit: dict[str, set[Label]] = {name: set() for name, _ in _COUNTED}
    by_release: dict[tuple[str, str], list[Label]] = defaultdict(list)
    for label in known:
        by_release[label.release].append(label)
    for held in by_release.values():
        folder, root = laid_out(held[0], cache, repositories)
        found = findings_in(folder, "source" if is_repository(held[0]) else "deps", more)
        for file in {label.file for label in held}:
            path = (root / file).resolve()
            here = [one for one in found if (folder / one["path"]).resolve() == path]
            there = [label for label in held if label.file == file]
            for name, least in _COUNTED:
                lines = [
                    line for one in here if _RANK[one["severity"]] >= _RANK[least] for line in one["lines"]
                ]
                hit[name] |= flagged(there, lines, path)
    return {name: score(known, labels_hit) for name, labels_hit in hit.items()}


def _clone(url: str, commit: str, folder: Path) -> None:
    folder.mkdir(parents=True)
    for command in (
        ["init", "--quiet"],
        ["fetch", "--quiet", "--depth", "1", url, commit],
        ["checkout", "--quiet", "FETCH_HEAD"],
    ):
        subprocess.run(["git", "-C", str(folder), *command], check=True)


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.score", description=__doc__.split("\n")[0])
    parser.add_argument("labels", nargs="+", type=Path)
    parser.add_argument("--cache", type=Path, help="keep releases and repositories in this folder")
    parser.add_argument(
        "--repositories", default="https://github.com", help="where OWNER/NAME is fetched from"
    )
    parser.add_argument("--list", action="store_true", help="name each label that is missed or a false alarm")
    parser.add_argument("--thorough", action="store_true", help="check --thorough")
    asked = parser.parse_args()
    cache = asked.cache or cache_folder() / "corpus"
    for path in asked.labels:
        found = scores(
            read_labels(path), cache.resolve(), asked.repositories, ["--thorough"] if asked.thorough else []
        )
        for name, result in found.items():
            print(f"{path.name:26} {name:14} {result.line()}")
        if asked.list:
            print(found["all"])


if __name__ == "__main__":
    _main()
