"""Real packages run under Node before and after `apply --scope deps`: what they kept is free, and they do the same."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.detached.packages import Program, installed, programs, rewritten, run, unreadable

NODE = shutil.which("node")
SAMPLE = ("kysely", "react-loadable", "dataloader", "@aws/lambda-invoke-store", "h3")
pytestmark = [
    pytest.mark.registry,
    pytest.mark.skipif(shutil.which("npm") is None or NODE is None, reason="needs node and npm"),
]


def test_the_table_has_at_least_25_packages_that_are_freed() -> None:
    assert sum(not one.left for one in programs()) >= 25


def test_a_package_keeps_a_request_before_none_after_and_gives_the_same(tmp_path: Path) -> None:
    assert NODE is not None
    said = subprocess.check_output([NODE, "-p", "typeof process.getBuiltinModule"], text=True).strip()
    if said != "function":
        pytest.skip("this Node has no process.getBuiltinModule: in an ES module the call stays what it was")
    kept_by_promises = subprocess.check_output(
        [NODE, "-p", "process.versions.node.split('.')[0] < 24"], text=True
    )
    if kept_by_promises.strip() != "true":
        pytest.skip("on this Node a settled promise keeps nothing: there is nothing to see")
    chosen = [one for one in programs() if os.environ.get("NEXTFIX_NIGHTLY") or one.package in SAMPLE]
    before, after = installed(chosen, tmp_path)

    wrong = {}
    for one in chosen:
        was, now = run(one, before, NODE), run(one, after, NODE)
        if not _is_as_the_table_says(one, was.kept, now.kept) or was.said != now.said:
            wrong[one.package] = (was, now)
    assert wrong == {}
    assert unreadable(rewritten(after), NODE) == []


def _is_as_the_table_says(one: Program, was: int, now: int) -> bool:
    return was > 0 and (now > 0 if one.left else now == 0)
