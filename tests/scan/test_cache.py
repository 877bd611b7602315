"""A result is remembered only as long as everything that it was made from is the same."""

import os
import time
from importlib import metadata
from pathlib import Path

import pytest

from patcher.analysis.doubt import how_many
from patcher.analysis.site import Site
from patcher.catalogue import own_source
from patcher.catalogue.own_source import release_of
from patcher.scan import cache
from patcher.scan.cache import Memory, analysis_version, stamp
from patcher.scan.read import ScannedFile


def test_a_file_of_the_same_size_time_and_inode_is_read_again_where_it_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.js"
    path.write_text("one")
    os.utime(path, ns=(1, 1))
    before = stamp(str(path))
    time.sleep(0.05)  # longer than a tick of the file system's clock
    with path.open("r+") as file:
        file.write("two")
    os.utime(path, ns=(1, 1))
    after = stamp(str(path))

    assert before[:2] == after[:2]
    assert before[-1] == after[-1]
    assert before != after


def test_a_remembered_doubt_is_about_the_same(tmp_path: Path) -> None:
    doubt = how_many("is there one `a`")
    outcome = ScannedFile("a.js", (Site("kept-request", 0, 1, "f", "a", 0, doubt=doubt),), key="k")
    Memory({}, {}).store(tmp_path / "cache.json", [outcome], [])

    again = Memory.load(tmp_path / "cache.json").filled_in(ScannedFile("a.js", key="k", again=True))

    assert again.sites == outcome.sites
    assert again.sites[0].doubt.about is doubt.about


def test_another_grammar_module_of_the_analysis_family_or_record_of_a_package_is_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "data_folder", lambda _: tmp_path)
    (tmp_path / "general").mkdir()
    (tmp_path / "package").mkdir()
    for room in ("analysis", "scan", "syntax"):
        (tmp_path / room).mkdir()
    (tmp_path / "syntax/node_kinds.py").write_text("A = 1")
    (tmp_path / "catalogue").mkdir()
    monkeypatch.setattr(own_source, "__file__", str(tmp_path / "catalogue/own_source.py"))
    versions = []
    for kinds, grammar, family, record, module in (
        ("1", "1", "1", "1", "1"),
        ("2", "1", "1", "1", "1"),
        ("1", "2", "1", "1", "1"),
        ("1", "1", "2", "1", "1"),
        ("1", "1", "1", "2", "1"),
        ("1", "1", "1", "1", "2"),
        ("1", "1", "1", "1", "1"),
    ):
        (tmp_path / "syntax/node_kinds.py").write_text(kinds)
        (tmp_path / "general/kept.py").write_text(family)
        (tmp_path / "package/__init__.py").write_text(record)
        (tmp_path / "rule.py").write_text(module)
        monkeypatch.setattr(cache, "release_of", lambda _, grammar=grammar: grammar)
        analysis_version.cache_clear()
        versions.append(analysis_version())
    analysis_version.cache_clear()

    assert len(set(versions)) == 6
    assert versions[0] == versions[-1]


def test_the_release_of_a_grammar_is_the_one_that_is_installed() -> None:
    for module in ("tree_sitter", "tree_sitter_javascript", "tree_sitter_typescript"):
        assert release_of(module) == metadata.version(module)
    assert release_of("no_such_module_anywhere") == ""
