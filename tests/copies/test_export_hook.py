"""The preload: which copies it covers, and whose file it is."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from patcher.copies.request import Request
from patcher.copies.require_hook_plan import covered_by_hook, export_hook, undo_hook
from patcher.errors import ExitCode, NextfixError
from patcher.export.project_edits import write_edits
from tests.synthetic import make_project


def test_a_preload_that_is_current_covers_a_copy_and_any_other_does_not(tmp_path: Path) -> None:
    from patcher.npm.copies import find_copies

    make_project(tmp_path)
    [copy] = find_copies(tmp_path, ["next"]).found
    request = Request(tmp_path)
    assert not covered_by_hook(copy, request)

    for style in ("single-flight", "documented"):
        write_edits(export_hook(replace(request, style=style)).edits)
        assert covered_by_hook(copy, request)

    hook = tmp_path / "nextfix-hook.cjs"
    text = hook.read_text()
    for broken in (
        text.replace("'use strict'", "process.exit"),
        text.replace('"documented"', '"single-flight"').replace(", documented", ", single-flight"),
        re.sub(r'("[0-9a-f]{8})[0-9a-f]{8}', r"\g<1>00000000", text),
        "",
        "module.exports = 1\n",
    ):
        assert broken != text
        hook.write_text(broken)
        assert not covered_by_hook(copy, request)


def test_a_file_of_somebody_else_with_the_name_of_the_preload_is_refused(tmp_path: Path) -> None:
    make_project(tmp_path)
    (tmp_path / "nextfix-hook.cjs").write_text("module.exports = 1\n")

    with pytest.raises(NextfixError, match="not a preload") as caught:
        export_hook(Request(tmp_path))
    assert caught.value.code is ExitCode.REFUSED
    assert undo_hook(tmp_path).edits == ()
