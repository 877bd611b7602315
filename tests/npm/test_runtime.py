"""Which Node a project runs on, by its own files, and what that Node keeps."""

import json
from pathlib import Path

import pytest

from patcher.npm.runtime import Context, contexts_of, runtime_of


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ("16.20.2", (Context.HOOKS,)),
        ("22.12.0", (Context.HOOKS,)),
        ("24.0.0", (Context.FRAME_TIMERS,)),
        ("24.19.0", (Context.FRAME_TIMERS,)),
        ("24.20.0", (Context.FRAME,)),
        ("25.1.0", (Context.UNMEASURED,)),
        ("26.10.0", (Context.FRAME,)),
        ("20", (Context.HOOKS,)),
        (">=24.20 <25", (Context.FRAME,)),
        (">=20.5 <20.9", (Context.HOOKS,)),
        ("^22 || >=26", (Context.HOOKS, Context.FRAME)),
        (">=18", (Context.HOOKS, Context.FRAME_TIMERS, Context.FRAME, Context.UNMEASURED)),
        ("whatever", ()),
    ],
)
def test_what_a_range_of_node_releases_keeps_is_told_by_the_releases_it_admits(
    versions: str, expected: tuple[Context, ...]
) -> None:
    assert contexts_of(versions) == expected


def test_a_flag_turns_the_context_frame_off_or_on() -> None:
    assert contexts_of("24.4.1", "--no-async-context-frame") == (Context.HOOKS,)
    assert contexts_of("22.12.0", "--experimental-async-context-frame") == (Context.FRAME_TIMERS,)
    assert contexts_of("20.20.2", "--experimental-async-context-frame") == (Context.HOOKS,)


@pytest.mark.parametrize(
    ("text", "versions"), [("v20.11.1\n", "20.11.1"), ("# ours\n22\n", "22"), ("lts/iron", "20")]
)
def test_a_pin_counts_more_than_engines(tmp_path: Path, text: str, versions: str) -> None:
    (tmp_path / ".nvmrc").write_text(text)
    (tmp_path / "package.json").write_text(json.dumps({"engines": {"node": ">=26"}}))
    runtime = runtime_of(tmp_path, running=False)
    assert (runtime.versions, runtime.stated, runtime.contexts) == (versions, ".nvmrc", (Context.HOOKS,))


def test_an_alias_that_moves_names_no_release_so_engines_count(tmp_path: Path) -> None:
    (tmp_path / ".node-version").write_text("lts/*\n")
    (tmp_path / "package.json").write_text(json.dumps({"engines": {"node": ">=26"}}))
    assert str(runtime_of(tmp_path, running=False)) == "Node >=26 (engines.node)"


def test_a_flag_in_a_script_is_seen(tmp_path: Path) -> None:
    scripts = {"start": "node --no-async-context-frame server.js"}
    (tmp_path / "package.json").write_text(json.dumps({"engines": {"node": "24"}, "scripts": scripts}))
    assert runtime_of(tmp_path, running=False).contexts == (Context.HOOKS,)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"engines": 7}', '{"engines": {"node": "' + "9" * 400 + '"}}']
)
def test_files_that_say_nothing_sensible_are_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "package.json").write_text(text)
    (tmp_path / ".nvmrc").write_bytes(b"\xff\xfe")
    runtime = runtime_of(tmp_path, running=False)
    assert (str(runtime), runtime.contexts) == ("an unknown Node", ())


def test_without_any_statement_the_running_node_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binaries = tmp_path / "bin"
    binaries.mkdir()
    (binaries / "node").write_text("#!/bin/sh\necho v24.4.1\n")
    (binaries / "node").chmod(0o755)
    monkeypatch.setenv("PATH", str(binaries))
    assert str(runtime_of(tmp_path, running=True)) == "Node 24.4.1 (the running Node)"
    (binaries / "node").unlink()
    assert runtime_of(tmp_path, running=True).versions == ""
