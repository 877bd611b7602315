"""Whole trees: what is said of hostile files, twins and files that were seen before."""

import json
import os
from pathlib import Path

import pytest

from patcher.analysis.reading import MAX_BYTES
from patcher.analysis.scan import Scan, scan
from patcher.model import Severity
from patcher.registry.families import families

KEPT = "let p\nasync function load() {}\nexports.f = () => (p ??= load())\n"


def check(folder: Path, *, jobs: int = 1, cache: Path | None = None) -> Scan:
    files = sorted(str(path) for path in folder.rglob("*.js") if not path.is_dir())
    return scan(files, families(), jobs=jobs, cache=cache, root=str(folder))


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


def test_what_only_tests_and_browsers_run_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "a.js").write_text(KEPT)
    (tmp_path / "b.js").write_text(KEPT)
    os.chdir(tmp_path)

    files = ["b.js", "test/a.js"]
    severities = [finding.severity for finding in scan(files, families(), jobs=1).findings]

    assert severities == [Severity.WARNING, Severity.NOTE]


def test_a_second_run_looks_at_changed_files_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, cache = tmp_path / "src", tmp_path / "cache" / "analysis.json"
    source.mkdir()
    (source / "a.js").write_text(KEPT)
    (source / "b.js").write_text("exports.x = 1\n")
    first = check(source, cache=cache)

    looked: list[str] = []
    from patcher.analysis import scan as module

    real = module.look_at
    monkeypatch.setattr(module, "look_at", lambda path: looked.append(path) or real(path))
    assert check(source, cache=cache) == first
    assert looked == []

    (source / "b.js").write_text(KEPT + "// longer\n")
    assert len(check(source, cache=cache).findings) == 2
    assert [os.path.basename(path) for path in looked] == ["b.js"]
