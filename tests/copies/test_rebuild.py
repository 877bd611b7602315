"""Rules whose code a build copies into the app: everything that names them says when they take effect."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from patcher.check.rule_sites import check_rules
from patcher.cli.main import app
from patcher.copies.request import Request

pytestmark = pytest.mark.registry
EDGE = "next/edge-instrumentation"


def test_check_and_apply_say_that_the_app_must_be_built_again(
    tmp_path: Path, install: Callable[[str, str], Path]
) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"name": "own", "engines": {"node": "20"}}))
    install("next", "14.2.35")

    found = [finding for finding in check_rules(Request(tmp_path)).findings if finding.rule == EDGE]
    assert [finding.slot for finding in found] == ["registerInstrumentationPromise"]
    assert "Then remove .next/cache and run 'next build'" in found[0].detail
    assert found[0].applies is not None
    assert found[0].applies.verdict == "unknown"

    output = CliRunner().invoke(app, ["apply", str(tmp_path)]).output
    assert (
        f"remove .next/cache and run 'next build': the app's build has a copy of this code ({EDGE})" in output
    )
