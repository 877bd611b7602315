"""The ledger: its shape on disk, and ours as it is committed."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from patcher.catalogue.ledger import (
    certified_releases,
    combination,
    ledger_path,
    newest_certified,
    read_ledger,
    record_release,
    rendered,
)
from patcher.catalogue.load import rules, rules_of
from patcher.rule import STYLES
from patcher.semver import is_stable, order

FOLDER = Path(__file__).parents[2] / "patches"
ENTRY = {"integrity": "sha512-x", "files": {"a.js": {"sha256": "0", "bytes": 1, "rewrites": {}}}}
LINES = sorted(FOLDER.glob("*/*.json"))
HASH = re.compile(r"[0-9a-f]{64}")


def test_releases_of_one_line_share_a_file_in_order(tmp_path: Path) -> None:
    for version in ("1.2.10", "1.2.9", "1.3.0", "1.2.10-canary.9", "1.2.10-canary.38"):
        record_release("next", version, ENTRY, tmp_path)
        record_release("@own/next", version, ENTRY, tmp_path)

    assert sorted(path.name for path in (tmp_path / "next").iterdir()) == ["1.2.json", "1.3.json"]
    assert sorted(path.name for path in (tmp_path / "@own+next").iterdir()) == ["1.json"]
    assert list(read_ledger(tmp_path / "next" / "1.2.json")) == [
        "1.2.9",
        "1.2.10-canary.9",
        "1.2.10-canary.38",
        "1.2.10",
    ]
    assert list(certified_releases("@own/next", tmp_path))[-1] == "1.3.0"


def test_a_release_recorded_twice_is_the_later_record_and_the_others_keep_their_bytes(tmp_path: Path) -> None:
    path = record_release("next", "1.2.0", ENTRY, tmp_path)
    record_release("next", "1.2.1", ENTRY, tmp_path)
    before = path.read_bytes()

    record_release("next", "1.2.1", ENTRY | {"integrity": "sha512-y"}, tmp_path)

    assert path.read_bytes() == before.replace(b"sha512-x", b"sha512-y", 2).replace(
        b"sha512-y", b"sha512-x", 1
    )


def test_a_file_that_is_the_same_as_in_an_earlier_release_is_recorded_as_that_release(tmp_path: Path) -> None:
    path = record_release("next", "1.2.1", ENTRY, tmp_path)
    record_release("next", "1.2.0", ENTRY, tmp_path)

    written = json.loads(path.read_bytes())["releases"]

    assert written["1.2.1"]["files"] == {"a.js": "1.2.0"}
    assert read_ledger(path)["1.2.1"] == ENTRY


def test_rendered_json_is_json_with_plain_objects_on_one_line() -> None:
    value = {"a": {"b": {"c": 1, "d": "\u00e9\n"}, "e": {}}, "f": [1, 2]}

    text = rendered(value)

    assert json.loads(text) == value
    assert text == '{\n "a": {\n  "b": {"c": 1, "d": "\\u00e9\\n"},\n  "e": {}\n },\n "f": [1, 2]\n}'


@pytest.mark.parametrize("path", LINES, ids=lambda path: path.stem)
def test_a_file_of_our_ledger_is_as_nextfix_writes_it(path: Path) -> None:
    data = json.loads(path.read_bytes())

    assert path.read_text() == rendered(data) + "\n"
    assert list(data) == ["schema", "package", "releases"]
    assert data["package"] == path.parent.name.replace("+", "/")
    assert all(ledger_path(data["package"], version) == path for version in data["releases"])
    assert all(order(one) < order(two) for one, two in pairwise(data["releases"]))


@pytest.mark.parametrize("path", LINES, ids=lambda path: path.stem)
def test_every_entry_of_our_ledger_has_hashes_sizes_and_hunks_for_each_style_and_rule(path: Path) -> None:
    for version, entry in read_ledger(path).items():
        live = {
            rule.id: rule for rule in rules_of(path.parent.name.replace("+", "/")) if rule.covers(version)
        }
        recorded = set()
        for name, file in entry["files"].items():
            here = {rule for rule in live if name in live[rule].files}
            recorded |= here
            assert HASH.fullmatch(file["sha256"])
            assert list(file["rewrites"]) in (["*"], list(STYLES))
            for results in file["rewrites"].values():
                assert here <= set(results)
                assert all(combination(key.split()) == key and set(key.split()) <= here for key in results)
                for result in results.values():
                    assert HASH.fullmatch(result["sha256"])
                    assert result["sha256"] != file["sha256"]
                    assert result["hunks"] >= 1
                    assert result["bytes"] > 0
        assert recorded == set(live), f"{version} lacks {set(live) - recorded}"


def test_our_ledger_holds_no_text_but_hashes_names_and_versions() -> None:
    words = set()
    for path in LINES:
        words |= set(re.findall(r'"([^"]*)"', path.read_text()))
    named = {rule.id for rule in rules()} | {path for rule in rules() for path in rule.files}
    fixed = {
        "schema",
        "package",
        "releases",
        "integrity",
        "files",
        "sha256",
        "bytes",
        "hunks",
        "rewrites",
        *STYLES,
        "*",
    }

    for word in words - named - fixed - {rule.package for rule in rules()}:
        assert (
            HASH.fullmatch(word)
            or word.startswith("sha512-")
            or re.fullmatch(r"\d+\.\d+\.\d+(-canary\.\d+)?", word)
            or set(word.split()) <= named
        ), word


def test_the_newest_release_is_that_of_the_highest_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patcher.catalogue.ledger.data_folder", lambda name: tmp_path / name)
    for version in ("9.5.0", "10.0.9", "10.0.10-canary.2", "10.0.10-canary.10"):
        record_release("next", version, ENTRY)

    assert newest_certified("next") == "10.0.10-canary.10"
    assert newest_certified("other") == ""


def test_our_ledger_begins_where_next_has_the_code_and_goes_on_without_a_gap_in_minor_lines() -> None:
    lines = [path.stem for path in LINES if path.parent.name == "next"]
    majors = {line.split(".")[0] for line in lines}

    assert next(iter(certified_releases("next"))) == "9.0.6"
    assert majors == {str(major) for major in range(9, 17)}
    for major in majors:
        minors = sorted(int(line.split(".")[1]) for line in lines if line.split(".")[0] == major)
        assert minors == list(range(minors[-1] + 1))
    assert sum(is_stable(version) for version in certified_releases("next")) >= 323


def test_the_file_of_a_scoped_package_stays_in_the_ledger(tmp_path: Path) -> None:
    assert ledger_path("@own/next", "1.2.3", tmp_path) == tmp_path / "@own+next" / "1.json"
