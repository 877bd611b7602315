"""JSON output, held to the schema that ships in the package."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import patcher
from patcher.model import Report
from patcher.report.findings.json_report import json_report
from tests.report.records import SCHEMA, copy, finding, hostile, report

CASES = {
    "nothing": Report((), (), ()),
    "everything": report(finding(), finding(severity="note", package=None, fix="none"), stale=("a b",)),
    "hostile text": hostile(),
}


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("case", CASES)
def test_a_report_is_what_the_schema_says(case: Any) -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(json_report(CASES[case])))


@pytest.mark.parametrize("key", ["tool", "summary", "findings", "copies", "skipped", "affected"])
def test_the_schema_refuses_a_report_without_one_of_its_parts(key: str) -> None:
    data = json.loads(json_report(CASES["everything"]))
    del data[key]

    assert not Draft202012Validator(SCHEMA).is_valid(data)


def test_findings_copies_and_skipped_files_come_as_they_are() -> None:
    data = json.loads(json_report(report(finding())))

    assert data["tool"] == {"name": "nextfix", "version": patcher.__version__}
    assert data["findings"] == [
        {
            "rule": "next/server-promise",
            "severity": "error",
            "path": "node_modules/next/dist/server/next.js",
            "line": 4,
            "column": 13,
            "end_line": 4,
            "function": "NextServer.getServer",
            "slot": "this.serverPromise",
            "message": "this.serverPromise keeps a promise",
            "fix": "available",
            "package": {"name": "next", "version": "13.1.6"},
            "applies": None,
            "keeps": None,
            "growth": None,
            "doubt": "",
            "times": 1,
            "lines": [4],
        }
    ]
    assert data["copies"][0]["rules"] == ["next/server-promise"]
    assert data["copies"][0]["verdict"] == copy().verdict
    assert data["skipped"] == [{"path": "src/broken.js", "reason": "could not be parsed: line 3"}]
    assert data["summary"]["errors"] == 1
    assert data["summary"]["files"] == 10


def test_hostile_text_stays_data() -> None:
    text = json_report(hostile())

    assert text.isascii()
    assert not any(ord(character) < 32 and character != "\n" for character in text)
    assert "</script>" not in text
    assert "</script>" in json.loads(text)["findings"][0]["slot"]
    assert "\x1b" not in json.loads(text)["findings"][0]["slot"]
