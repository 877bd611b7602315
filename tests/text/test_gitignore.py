"""The patterns of a .gitignore, compared with git itself."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from patcher.errors import NextfixError
from patcher.text.gitignore import MOST_WILD, IgnoreRules

FILES = ("a", "b/a", "b/b", "b/c/a", "b/c/b/a.b", "c/c/c/c", "[", "b/]", "a-", "c.b", "c/#", "!b", "b/ ", "B")
FOLDERS = tuple(sorted({os.path.dirname(file) for file in FILES if "/" in file} | {"b/c", "c/c", "c"}))

PATTERN = st.text(alphabet="abc*?/[]!-\\^. #", min_size=1, max_size=9)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with FILES."""
    root = tmp_path_factory.mktemp("repository")
    for file in FILES:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


def ignored_by_git(tree: Path, lines: list[str]) -> set[str]:
    """The files and folders of `tree` that git leaves out by `lines`."""
    (tree / ".gitignore").write_text("\n".join(lines) + "\n", newline="")
    asked = "\0".join((*FILES, *FOLDERS))
    done = subprocess.run(
        ["git", "-c", "core.excludesFile=", "check-ignore", "--no-index", "--stdin", "-z"],
        cwd=tree,
        input=asked.encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return {os.fsdecode(path) for path in done.stdout.split(b"\0") if path}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PATTERN, min_size=1, max_size=3))
@example(["!"])
@example(["/"])
@example(["**"])
@example(["b/**", "!b/c/"])
@example(["**/a"])
@example(["b/**/a"])
@example(["b/*", "!b/c"])
@example(["*", "!*/", "!a"])
@example(["c/**/c/**/c"])
@example(["[[:alpha:]]"])
@example(["[!a]"])
@example(["[b-a]"])
@example(["\\!b", "c/\\#", "b/\\ "])
@example(["a\\"])
@example(["[a"])
@example(["/a ", "b/c/\r"])
def test_what_git_leaves_out_is_left_out(tree: Path, lines: list[str]) -> None:
    rules = IgnoreRules(lines)

    ours = {file for file in FILES if rules.leaves_out(file)}
    ours |= {folder for folder in FOLDERS if rules.leaves_out(f"{folder}/")}

    assert ours == ignored_by_git(tree, lines)


@pytest.mark.parametrize(
    "pattern",
    [
        "*a" * 60 + "b",
        "**/" * 60 + "b",
        "**/a/" * 60 + "b",
        "a*/**/" * 60 + "*b",
        "*?" * 100 + "b",
        "[a]*" * 100 + "b",
        "*" * 4000 + "b",
    ],
)
def test_no_pattern_takes_more_than_a_moment(pattern: str) -> None:
    rules = IgnoreRules([pattern])
    start = time.monotonic()

    assert not rules.leaves_out("a" * 250)
    assert not rules.leaves_out("a/" * 200 + "a")
    assert time.monotonic() - start < 30  # a star that is tried again needs longer than the sun will shine


def test_more_patterns_than_can_be_compared_are_refused() -> None:
    IgnoreRules(f"file-{number}" for number in range(100_000))
    with pytest.raises(NextfixError, match="more than 1000 patterns with wildcards"):
        IgnoreRules(f"*{number}" for number in range(MOST_WILD + 1))
