"""A release that is newer than every rule: a server's is refused, a dependency's is left alone and reported."""

import json
from pathlib import Path

import pytest

from patcher.copies.apply import CopyOutcome, apply_all
from patcher.copies.request import Request
from patcher.model import Verdict
from tests.terminal import run


def project(root: Path, package: str) -> Path:
    folder = root / "node_modules" / package
    folder.mkdir(parents=True)
    (root / "package.json").write_text("{}")
    (folder / "package.json").write_text(json.dumps({"name": package, "version": "999.0.0"}))
    return root


@pytest.mark.parametrize(
    ("package", "done", "code"),
    [
        ("next", CopyOutcome.REFUSED, 4),
        ("langsmith", CopyOutcome.UNCHANGED, 0),
        ("@smithy/node-http-handler", CopyOutcome.UNCHANGED, 0),
    ],
)
def test_a_new_release_of_a_dependency_breaks_no_install(
    tmp_path: Path, package: str, done: CopyOutcome, code: int
) -> None:
    project(tmp_path, package)

    (outcome,) = apply_all(Request(tmp_path), dry_run=False)[0]
    ran = run("apply", cwd=tmp_path)

    assert (outcome.done, outcome.verdict) == (done, Verdict.UNKNOWN_RELEASE)
    assert f"{package} 999.0.0 is newer than every rule" in ran.stderr
    assert ran.returncode == code
    assert run("check", "--scope", "rules", cwd=tmp_path).returncode == code
