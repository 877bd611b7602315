"""The text, the JSON and the HTML of `nextfix prove`."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console

from patcher.errors import ExitCode
from patcher.prove.report.html import page
from patcher.prove.report.text_tables import print_results
from patcher.prove.result import ExperimentResult, as_json
from patcher.prove.run_experiments import judged
from patcher.prove.spoken import UNKNOWN
from tests.prove.example import example

VOID = {"meta", "br", "line", "rect", "circle", "path", "polyline"}
FAILED = ExperimentResult(
    "nextfix prove --next 9.0.0", {"next": "9.0.0", "node": "16"}, error="<b>no\x1b[31m such release</b>"
)


def said(results: list[ExperimentResult]) -> str:
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    print_results(results, console)
    return console.export_text()


class Structure(HTMLParser):
    """Checks that every element is closed, and collects what the page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.fetched += [f"{name}={value}" for name, value in attributes if name in {"src", "href"}]
        if tag in {"script", "link", "iframe", "img"}:
            self.fetched.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def structure(html: str) -> Structure:
    parser = Structure()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


def test_the_json_fits_its_schema() -> None:
    schema = json.loads((files("patcher.prove.report") / "prove.schema.json").read_text())

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(json.dumps(as_json([example(), FAILED]))), schema)


def test_the_schema_refuses_what_it_does_not_know() -> None:
    schema = json.loads((files("patcher.prove.report") / "prove.schema.json").read_text())
    data = json.loads(json.dumps(as_json([example()])))
    data["experiments"][0]["measurements"][0]["surprise"] = 1

    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        jsonschema.validate(data, schema)


def test_the_text_has_every_count_the_slots_and_the_command() -> None:
    text = said([example()])

    assert "/dynamic     20         20             20           0" in text
    assert "all          80         80             20           0" in text
    assert "/dynamic, server rules: 20 by Timeout in LoadableSubscription._delay" in text
    assert "nextfix prove --next 13.0.7 --tracer dd-trace@3.9.3" in text


def test_the_cost_is_told_with_its_spread_and_round_by_round() -> None:
    text = said([example()])
    row = next(line for line in text.splitlines() if line.strip().startswith("documented"))

    assert "built by 20 concurrent first requests without prepare(); medians of 3 rounds" in text
    assert re.split(r"\s{2,}", row.strip()) == [
        "documented", "18 to 20", "608 (606 to 671)", "101%", "1.64 (1.49 to 1.65)", "99%",
    ]  # fmt: skip


def test_an_experiment_on_the_cost_alone_has_no_table_of_requests() -> None:
    only = replace(example(), measurements=())

    assert "still in memory" not in said([only]) + page([only])
    assert "18 to 20" in "".join(structure(page([only])).words)
    assert judged([only]) == (ExitCode.OK, "")


def test_several_results_that_differ_in_traffic_or_style_say_so() -> None:
    first = example()
    other = replace(first, subject=first.subject | {"traffic": "one-shot"})

    assert "one-shot" in said([first, other])
    assert "one-shot" in "".join(structure(page([first, other])).words)
    assert "traffic" not in said([first, first])


def test_what_is_alive_of_each_class_and_whether_a_keeper_grows_is_reported() -> None:
    first = example().measurements[0]
    slot = replace(
        first.slots[0], growth="bounded: 20, then 20 after 40 more", origin="class in a.js", last="SpanImpl"
    )
    told = replace(first, alive={"SpanImpl": 27, "IncomingMessage": 4}, slots=(slot,))
    result = replace(example(), measurements=(told,))

    assert "alive, original: 27 SpanImpl, 4 IncomingMessage" in said([result])
    assert "class in a.js; bounded: 20, then 20 after 40 more" in said([result])
    assert ">SpanImpl<" in page([result])
    assert "bounded: 20, then 20 after 40 more" in page([result])


def test_what_no_rule_reaches_is_named_with_what_to_do() -> None:
    result = example()
    leaking = replace(result, phases=dict(list(result.phases.items())[:2]))

    assert "no rule is for Timeout in LoadableSubscription._delay" in said([leaking])
    assert "nextfix check --scope deps" in said([leaking])
    assert "no rule is for" not in said([result])


def test_many_slots_that_no_rule_knows_are_counted_and_not_all_named() -> None:
    first = example().measurements[0]
    slots = tuple(
        replace(first.slots[0], slot=f"cache{number}", rule=None, said=UNKNOWN) for number in range(9)
    )
    result = replace(example(), phases={"original": None}, measurements=(replace(first, slots=slots),))

    text = said([result])

    assert "cache5 and 3 more" in text
    assert "nextfix rule new" in text
    assert "no rule is for" not in text


def test_of_many_pages_the_page_shows_those_of_which_something_is_kept() -> None:
    first = example().measurements[0]
    pages = {f"/page{number}": 20 for number in range(12)}
    one = replace(first, requests=pages, retained=dict.fromkeys(pages, 0) | {"/page7": 3})
    result = replace(example(), phases={"original": None}, measurements=(one,))

    html = structure(page([result]))

    assert any(word.startswith("0 in every state: /page0, /page1,") for word in html.words)
    assert "/page7" in html.words
    assert "/page8" not in html.words
    assert "all 12 pages, original" in said([result])


def test_ones_own_app_is_in_the_heading_and_what_was_done_to_its_copy_is_noted() -> None:
    subject = {"app": "shop", "node": "20", "traffic": "keep-alive", "style": "documented", "packages": {},
               "notes": ["the app was rewritten already"]}  # fmt: skip
    result = replace(example(), subject=subject)

    assert "Requests that shop keeps" in page([result])
    for text in (said([result]), page([result])):
        assert "the app was rewritten already" in text


def test_several_results_are_a_line_each_and_a_failure_says_its_reason() -> None:
    text = said([example(), FAILED])

    assert "Promise in NextServer.reqHandlerPromise" in text
    assert "<b>no\\x1b[31m such release</b>" in text


@pytest.mark.parametrize("results", [[example()], [example(), FAILED], [FAILED]])
def test_the_html_is_whole_and_fetches_and_runs_nothing(results: list[ExperimentResult]) -> None:
    assert structure(page(results)).fetched == []


def test_the_html_says_what_came_out() -> None:
    words = "".join(structure(page([example()])).words)

    for expected in ("80 of 80", "20 of 80", "0 of 80", "reqHandlerPromise", "next/request-handler-promise"):
        assert expected in words


def test_what_comes_from_a_heap_or_an_app_is_only_text() -> None:
    evil = example()
    slot = replace(evil.measurements[0].slots[0], slot="<script>alert(1)</script>", rule='"><img src=x>')
    measurement = replace(evil.measurements[0], slots=(slot,), requests={"/<b>": 20}, retained={"/<b>": 20})

    html = page([replace(evil, measurements=(measurement, *evil.measurements[1:]))])

    assert structure(html).fetched == []
    assert "<script" not in html
    assert "/<b>" not in html


def test_requests_that_stay_after_all_rules_are_findings() -> None:
    result = example()
    leaking = replace(result, phases=dict(list(result.phases.items())[:2]))

    assert judged([result]) == (ExitCode.OK, "")
    code, reason = judged([leaking])
    assert code is ExitCode.FINDINGS
    assert reason.startswith(
        "20 of 80 requests are still kept with server rules; no rule is for 1 of the slots"
    )
    assert judged([result, FAILED])[0] is ExitCode.DEFECT


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium to lay the page out")
@pytest.mark.parametrize(("width", "columns"), [(500, 1), (1200, 2)])
def test_no_page_is_wider_than_its_screen(tmp_path: Path, width: int, columns: int) -> None:
    probe = (
        "<script>const tops = [...document.querySelectorAll('.grid')[1].children].map((each) => each.offsetTop);"
        "const wide = document.documentElement.scrollWidth > innerWidth;"
        "document.title = `${wide} ${tops.filter((top) => top === tops[0]).length}`</script>"
    )
    file = tmp_path / "report.html"
    # The page's own policy lets no script run, not even the one that measures it.
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    assert policy in page([example()])
    file.write_text(page([example()]).replace(policy, "") + probe)

    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    )
    command = ["chromium", *flags.split(), "--disable-component-update", "--disable-sync",
               f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900",
               "--dump-dom", file.as_uri()]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout

    assert f"<title>false {columns}</title>" in shown
