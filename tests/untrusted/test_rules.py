"""Rules come from nextfix alone, and a ledger that says something else lets nothing be written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from patcher.catalogue import ledger
from patcher.copies.apply import CopyOutcome, apply_all
from patcher.copies.request import Request
from patcher.disk.receipt import digest
from patcher.errors import ExitCode
from tests.synthetic import FILES, UNCERTIFIED, make_project
from tests.untrusted.trees import everything


def test_a_ledger_with_a_wrong_hash_lets_nothing_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = {path: digest(text.encode()) for path, text in FILES.items()}
    wrong = {"sha256": "0" * 64}
    for hashes, reason in (
        (dict.fromkeys(published, "0" * 64), "differs from the one published"),
        (published, "differs from the one in the ledger"),
    ):
        root = tmp_path / reason
        copy = make_project(root)
        before = everything(copy)
        rules = {
            "dist/server/next.js": "next/request-handler-promise next/server-promise",
            "dist/shared/lib/loadable.js": "next/loadable",
            "dist/server/web/sandbox/context.js": "next/sandbox-module-context",
        }
        files = {
            path: {"sha256": hashes[path], "rewrites": {"documented": {rules[path]: wrong}}}
            for path in published
        }
        monkeypatch.setattr(ledger, "read_ledger", lambda _, files=files: {UNCERTIFIED: {"files": files}})
        (outcome,) = apply_all(Request(root), dry_run=False)[0]
        assert outcome.done in (CopyOutcome.REFUSED, CopyOutcome.FAILED)
        assert reason in outcome.reason
        assert everything(copy) == before


PLANTED = (
    "rules",
    "patcher/rules",
    "nextfix_rules",
    "node_modules/next/rules",
    "node_modules/.nextfix/rules",
)


def test_rules_of_a_project_are_never_loaded_and_no_option_names_any(tmp_path: Path) -> None:
    root, told = tmp_path / "app", tmp_path / "told"
    make_project(root)
    for folder in PLANTED:
        (root / folder).mkdir(parents=True, exist_ok=True)
        for name in ("own", "next_server_promise", "__init__"):
            (root / folder / f"{name}.py").write_text(f"open({str(told)!r}, 'w').write('a rule ran')\n")
    environment = {**os.environ, "PYTHONPATH": str(root)}
    script = str(Path(sys.executable).with_name("nextfix"))
    listed = set()
    for command in (["rules"], ["status"], ["check", "--scope", "all"], ["diff"], ["apply"], ["revert"]):
        ran = subprocess.run([script, *command], cwd=root, env=environment, capture_output=True, timeout=120)
        assert ran.returncode in (0, 1), ran.stderr
        listed.add(ran.stdout) if command == ["rules"] else None
    elsewhere = subprocess.run([script, "rules"], cwd=tmp_path, capture_output=True, timeout=120)
    assert listed == {elsewhere.stdout}
    assert not told.exists()
    for where, text in (
        ("nextfix.toml", 'rules = "rules"\n'),
        ("package.json", '{"nextfix": {"rules": "rules"}}'),
    ):
        (root / where).write_text(text)
        refused = subprocess.run(
            [script, "check"], cwd=root, env=environment, capture_output=True, timeout=120
        )
        assert refused.returncode == ExitCode.USAGE, refused.stderr
        assert b"rules" in refused.stderr
        (root / where).unlink()
    assert not told.exists()
