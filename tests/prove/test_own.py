"""The experiment on one's own server: here a tiny one that keeps its first request, without next."""

import hashlib
import json
import shutil
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from patcher.errors import ExitCode, NextfixError
from patcher.prove import own
from patcher.prove.events import Progress
from patcher.prove.own import OwnApp, check_own, run_own
from patcher.prove.phases import Phase
from patcher.prove.result import as_json
from patcher.prove.stage import Stage

LEAK = "memo ??= Promise.resolve(1);"
SERVER = f"""
const {{ AsyncLocalStorage }} = require("async_hooks");
const {{ createServer }} = require("http");
const storage = new AsyncLocalStorage();
let memo, kept = null;
createServer((req, res) => storage.run({{ req }}, () => {{
  {LEAK}
  if (req.url === "/pin") kept = req;
  res.end("ok");
}})).listen(Number(process.env.PORT), "127.0.0.1");
"""
CURE = "memo ??= 1;"
NEEDS_NODE = pytest.mark.skipif(
    shutil.which("node") is None or shutil.which("npm") is None, reason="needs Node.js and npm"
)


def fingerprint(folder: Path) -> dict[str, str]:
    """Each file of `folder` and the hash of its bytes."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "my app"
    folder.mkdir()
    (folder / "server.js").write_text(SERVER)
    return folder


@pytest.mark.slow
@NEEDS_NODE
def test_the_original_is_untouched_and_each_url_is_counted(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cure(_stage: Stage, phase: Phase, tree: Path, _style: str, *, warn_only: bool) -> str:
        """Stands in for apply, which has no rule for this server."""
        assert warn_only
        if phase.rules is not None:
            (tree / "server.js").write_text(SERVER.replace(LEAK, CURE))
        return ""

    monkeypatch.setattr(own, "apply_phase", cure)
    before = fingerprint(app)

    with Stage() as stage:
        result = run_own(
            stage,
            OwnApp(app, "node server.js", ("/a?x=1", "/pin"), requests=3, probe=True),
            Progress(lambda *_: None),
        )

    assert fingerprint(app) == before
    assert result.cell("all rules", "/a?x=1") == 0
    assert result.cell("all rules", "/pin") == 1
    assert result.sent("original") == 6
    assert result.retained("original") >= 1
    (memo,) = [
        slot for each in result.measurements for slot in each.slots if slot.slot.startswith("memo in ")
    ]
    assert memo.growth.startswith("bounded")
    assert [place.rpartition(" (")[2].strip(")") for place in memo.made] == ["my app/server.js:7"]
    assert f"prove app '{app}'" in result.command
    assert result.measurements[0].alive == {"IncomingMessage": result.retained("original")}
    schema = json.loads((files("patcher.prove.report") / "prove.schema.json").read_text())
    jsonschema.validate(json.loads(json.dumps(as_json([result]))), schema)


@NEEDS_NODE
def test_a_server_that_does_not_start_is_told_with_its_last_lines(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "apply_phase", lambda *_, **__: "")
    (app / "server.js").write_text("throw new Error('no database')")

    with Stage() as stage, pytest.raises(NextfixError, match="no database"):
        run_own(stage, OwnApp(app, "node server.js", ("/",)), Progress(lambda *_: None))


def test_what_cannot_be_asked_for_is_a_usage_error(app: Path) -> None:
    good = OwnApp(app, "npm start", ("/",))

    check_own(good)
    with pytest.raises(NextfixError, match="percent-encode"):
        check_own(replace(good, urls=("/caf\u00e9",)))
    for bad in (
        replace(good, start=""),
        replace(good, urls=("about",)),
        replace(good, urls=("/\u00e9",)),
        replace(good, traffic="fast"),
    ):
        with pytest.raises(NextfixError) as error:
            check_own(bad)
        assert error.value.code is ExitCode.USAGE
