"""Which Node a project runs on, by its own files, and what that Node keeps."""

import json
from pathlib import Path

import pytest

from patcher.npm.runtime import admitted, runtime_of


@pytest.mark.parametrize(
    ("versions", "inside", "outside"),
    [
        ("16.20.2", (16, 20, 2), (18, 20, 8)),
        ("24.15.0", (24, 15, 0), (24, 11, 0)),
        ("20", (20, 20, 2), (22, 0, 0)),
        (">=24.20 <25", (24, 20, 0), (24, 19, 0)),
        (">=20.5 <20.9", (20, 5, 0), (20, 20, 2)),
        ("^22 || >=26", (26, 5, 1), (24, 11, 0)),
        (">=18", (26, 6, 0), (16, 999, 999)),
    ],
)
def test_a_range_admits_releases_on_both_sides_of_each_change_that_lies_in_it(
    versions: str, inside: tuple[int, int, int], outside: tuple[int, int, int]
) -> None:
    assert inside in admitted(versions)
    assert outside not in admitted(versions)


@pytest.mark.parametrize("versions", ["", "whatever", "lts/*"])
def test_what_is_not_a_range_admits_nothing(versions: str) -> None:
    assert admitted(versions) == ()


def test_the_folder_above_says_which_node_when_the_project_does_not(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".nvmrc").write_text("24.21.0")
    inner = tmp_path / "apps" / "web"
    inner.mkdir(parents=True)
    (inner / "package.json").write_text("{}")
    assert str(runtime_of(inner, running=False)) == "Node 24.21.0 (.nvmrc)"
    (inner / "package.json").write_text(json.dumps({"engines": {"node": "20"}}))
    assert str(runtime_of(inner, running=False)) == "Node 20 (engines.node)"


@pytest.mark.parametrize(
    ("text", "versions"), [("v20.11.1\n", "20.11.1"), ("# ours\n22\n", "22"), ("lts/iron", "20")]
)
def test_a_pin_counts_more_than_engines(tmp_path: Path, text: str, versions: str) -> None:
    (tmp_path / ".nvmrc").write_text(text)
    (tmp_path / "package.json").write_text(json.dumps({"engines": {"node": ">=26"}}))
    runtime = runtime_of(tmp_path, running=False)
    assert (runtime.versions, runtime.stated, runtime.declared) == (versions, ".nvmrc", True)


def test_an_alias_that_moves_names_no_release_so_engines_count(tmp_path: Path) -> None:
    (tmp_path / ".node-version").write_text("lts/*\n")
    (tmp_path / "package.json").write_text(json.dumps({"engines": {"node": ">=26"}}))
    assert str(runtime_of(tmp_path, running=False)) == "Node >=26 (engines.node)"


def test_a_flag_in_a_script_is_seen(tmp_path: Path) -> None:
    scripts = {"start": "node --no-async-context-frame server.js"}
    (tmp_path / "package.json").write_text(json.dumps({"engines": {"node": "24"}, "scripts": scripts}))
    assert runtime_of(tmp_path, running=False).flag == "--no-async-context-frame"


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"engines": 7}', '{"engines": {"node": "' + "9" * 400 + '"}}']
)
def test_files_that_say_nothing_sensible_are_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "package.json").write_text(text)
    (tmp_path / ".nvmrc").write_bytes(b"\xff\xfe")
    runtime = runtime_of(tmp_path, running=False)
    assert (str(runtime), runtime.releases) == ("an unknown Node", ())


def test_without_any_statement_the_running_node_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binaries = tmp_path / "bin"
    binaries.mkdir()
    (binaries / "node").write_text("#!/bin/sh\necho v24.4.1\n")
    (binaries / "node").chmod(0o755)
    monkeypatch.setenv("PATH", str(binaries))
    runtime = runtime_of(tmp_path, running=True)
    assert (str(runtime), runtime.declared) == ("Node 24.4.1 (the running Node)", False)
    (binaries / "node").unlink()
    assert runtime_of(tmp_path, running=True).versions == ""
