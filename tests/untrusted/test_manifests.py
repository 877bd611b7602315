"""A package.json may lie, be no JSON, or be no file at all."""

import os
import time
from pathlib import Path

import pytest

from tests.synthetic import make_project
from tests.untrusted.trees import Nextfix, everything

MANIFESTS = {
    "a version that climbs": '{"name": "next", "version": "../../../../etc"}',
    "a version with a path": '{"name": "next", "version": "13.1.6/../../x"}',
    "a huge number as version": '{"name": "next", "version": %s}' % ("9" * 5_000),
    "huge numbers in the version": '{"name": "next", "version": "%s.0.0"}' % ("9" * 240),
    "a version longer than npm's": '{"name": "next", "version": "1.0.%s"}' % ("9" * 100_000),
    "an object as version": '{"name": "next", "version": {"a": []}}',
    "a version with escapes": '{"name": "next", "version": "13.1.6\\u001b]0;owned\\u0007"}',
    "a version with a line break": '{"name": "next", "version": "13.1.6\\nnextfix: all is well"}',
    "a name that climbs": '{"name": "../../next", "version": "13.1.6"}',
    "JSON that is deep": '{"name": "next", "version": "13.1.6", "a": %s}' % ("[" * 200_000),
    "no JSON": "{",
    "a list": "[]",
    "nothing": "",
    "half a surrogate": '{"name": "next", "version": "13.1.6-\\ud800"}',
    "not a number": '{"name": "next", "version": NaN}',
}


@pytest.mark.parametrize("kind", MANIFESTS)
def test_a_manifest_that_lies_ends_in_a_reason_and_never_in_a_defect(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from patcher.cli.main import main

    copy = make_project(tmp_path)
    (copy / "package.json").write_text(MANIFESTS[kind], encoding="utf-8")
    before = everything(tmp_path)
    for command in ("status", "diff", "apply", "revert"):
        with pytest.raises(SystemExit) as ended:
            main([command, str(tmp_path)])
        out, err = capfd.readouterr()
        assert ended.value.code in (0, 3, 4, 6), (command, err)
        assert "defect of nextfix" not in err
        assert not set(out + err) & {"\x1b", "\x07"}
        assert command == "revert" or ended.value.code != 0, f"{command} calls a lying manifest clean"
    assert everything(tmp_path) == before


def test_a_manifest_that_is_a_pipe_or_endless_is_skipped_without_waiting(
    tmp_path: Path, nextfix: Nextfix
) -> None:
    copy = make_project(tmp_path)
    (copy / "package.json").unlink()
    os.mkfifo(copy / "package.json")
    began = time.monotonic()
    ran = nextfix("apply")

    assert ran.returncode != 0
    assert b"package.json" in ran.stderr
    assert time.monotonic() - began < 60
