"""Whole trees: what is said of hostile files, twins and files that were seen before."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from patcher.catalogue.load import families
from patcher.model import Severity
from patcher.scan.pool import Scan, searching
from patcher.scan.read import MAX_BYTES

KEPT = "let p\nasync function load() {}\nexports.f = () => (p ??= load())\n"


def check(folder: Path, *, jobs: int = 1, cache: Path | None = None) -> Scan:
    files = sorted(str(path) for path in folder.rglob("*.js") if not path.is_dir())
    with searching(files, families(), jobs=jobs, cache=cache) as search:
        return search.report(root=str(folder))


def test_findings_are_the_same_with_one_process_and_with_two(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"f{number}.js").write_text(KEPT if number % 7 == 0 else "exports.x = 1\n")

    one, two = check(tmp_path), check(tmp_path, jobs=2)

    assert len(one.findings) == 43
    assert one == two


def test_an_unreadable_and_a_huge_file_are_said_and_the_rest_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(KEPT)
    (tmp_path / "gone.js").symlink_to(tmp_path / "nowhere")
    with open(tmp_path / "huge.js", "wb") as huge:
        huge.write(KEPT.encode())
        huge.truncate(50 * 1024 * 1024)

    result = check(tmp_path)

    assert [finding.path for finding in result.findings] == ["a.js"]
    assert [skipped.path for skipped in result.skipped] == ["gone.js", "huge.js"]
    assert str(MAX_BYTES // 2**20) in result.skipped[1].reason


def test_null_bytes_and_utf16_are_read(tmp_path: Path) -> None:
    (tmp_path / "null.js").write_bytes(b"// \0\n" + KEPT.encode())
    (tmp_path / "wide.js").write_bytes(KEPT.encode("utf-16"))

    assert [(f.path, f.line) for f in check(tmp_path).findings] == [("null.js", 4), ("wide.js", 3)]


def test_a_very_long_line_is_read_in_bounded_time(tmp_path: Path) -> None:
    (tmp_path / "long.js").write_text("var a=[" + "1," * 400_000 + "1];" + KEPT.replace("\n", ";"))

    assert [finding.slot for finding in check(tmp_path).findings] == ["p"]


def test_two_builds_of_one_source_are_one_finding(tmp_path: Path) -> None:
    package = tmp_path / "node_modules" / "thing"
    for build in ("cjs", "esm"):
        (package / build).mkdir(parents=True)
        (package / build / "index.js").write_text(
            KEPT.replace("p ??=", "loading ??=").replace("let p", "let loading")
        )
    (package / "package.json").write_text(json.dumps({"name": "thing", "version": "1.2.3"}))

    result = check(tmp_path)

    assert (len(result.findings), len(result.folded)) == (1, 1)
    assert result.findings[0].package is not None
    assert result.findings[0].package.version == "1.2.3"


def test_what_only_tests_and_browsers_run_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "a.js").write_text(KEPT)
    (tmp_path / "b.js").write_text(KEPT)
    monkeypatch.chdir(tmp_path)

    with searching(["b.js", "test/a.js"], families(), jobs=1) as search:
        severities = [finding.severity for finding in search.report().findings]

    assert severities == [Severity.WARNING, Severity.NOTE]


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read, and those that were analysed with a `!` before them."""
    from patcher.scan import pool as module
    from patcher.scan import read as reading

    names: list[str] = []
    read, analysed = reading.look_at, reading._analysed

    def look_at(path: str, *known: frozenset[str]) -> reading.ScannedFile:
        names.append(os.path.basename(path))
        return read(path, *known)

    def analyse(path: str, *rest: Any) -> reading.ScannedFile:
        names.append("!" + os.path.basename(path))
        return analysed(path, *rest)

    monkeypatch.setattr(module, "look_at", look_at)
    monkeypatch.setattr(reading, "_analysed", analyse)
    return names


def write(path: Path, text: str, age: int = 60) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, (time.time() - age, time.time() - age))


def test_a_second_run_reads_changed_files_only(tmp_path: Path, looked: list[str]) -> None:
    source, cache = tmp_path / "src", tmp_path / "cache" / "analysis.json"
    write(source / "a.js", KEPT)
    write(source / "b.js", "exports.x = 1\n")
    first = check(source, cache=cache)
    looked.clear()

    assert check(source, cache=cache) == first
    assert looked == []

    write(source / "b.js", KEPT + "// longer\n")
    assert len(check(source, cache=cache).findings) == 2
    assert looked == ["b.js", "!b.js"]


def test_content_that_was_analysed_once_is_not_analysed_again_wherever_it_lies(
    tmp_path: Path, looked: list[str]
) -> None:
    source, cache = tmp_path / "src", tmp_path / "cache" / "analysis.json"
    write(source / "a.js", KEPT)
    check(source, cache=cache)
    looked.clear()
    (source / "a.js").rename(source / "moved.js")
    write(source / "touched.js", KEPT, age=30)

    result = check(source, cache=cache)

    assert [finding.path for finding in result.findings] == ["moved.js", "touched.js"]
    assert looked == ["moved.js", "touched.js"]


def test_a_file_written_a_moment_ago_is_read_again(tmp_path: Path, looked: list[str]) -> None:
    source, cache = tmp_path / "src", tmp_path / "cache" / "analysis.json"
    write(source / "a.js", KEPT, age=0)
    check(source, cache=cache)
    looked.clear()

    check(source, cache=cache)

    assert looked == ["a.js"]


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"version": 1}', b"\xff" * 100])
def test_a_memory_that_is_damaged_costs_time_and_nothing_else(tmp_path: Path, damage: bytes) -> None:
    source, cache = tmp_path / "src", tmp_path / "cache" / "analysis.json"
    write(source / "a.js", KEPT)
    first = check(source, cache=cache)
    cache.write_bytes(damage)

    assert check(source, cache=cache) == first


SELDOM_RIGHT = ["lazy-handle", "lazy-interval", "long-lived-race", "self-rearming-timer"]


@pytest.mark.parametrize("family", SELDOM_RIGHT)
def test_what_was_right_in_too_few_unseen_applications_is_a_note_that_says_what_to_ask(
    tmp_path: Path, family: str
) -> None:
    (tmp_path / "a.js").write_text(families()[family].retains)

    (finding,) = [found for found in check(tmp_path).findings if found.rule == family]

    assert finding.severity is Severity.NOTE
    assert finding.doubt == families()[family].asks_in_applications
    assert finding.doubt.endswith("?")
