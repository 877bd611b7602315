"""`nextfix heap` from the command line: exit codes, formats, and text from a hostile heap."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.heap.tiny import Tiny

HOSTILE = '</style><script>alert("x")</script>\x1b]0;owned\x07\u202e\x9b31m\n::error::'


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "patcher", "heap", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)


def heap(path: Path, *urls: str, owner: str = "NextServer", slot: str = "reqHandlerPromise") -> Path:
    """A heap whose `owner` keeps one request for each url."""
    tiny = Tiny()
    tiny.edge(0, tiny.node("IncomingMessage", "closure"), 1, "element")
    for number, url in enumerate(urls):
        keeper, promise, store = tiny.node(owner), tiny.node("Promise"), tiny.node("Object")
        message = tiny.node("IncomingMessage")
        tiny.edge(0, keeper, number + 2, "element")
        tiny.edge(keeper, promise, slot)
        tiny.edge(promise, store, "<symbol kResourceStore>")
        tiny.edge(store, message, "req")
        tiny.edge(message, tiny.node(url, "string"), "url")
    return tiny.write(path)


def test_retained_requests_end_with_one_and_the_command_that_fixes_them(tmp_path: Path) -> None:
    result = run(heap(tmp_path / "a", "/a", "/b"))

    assert result.returncode == 1
    assert "2 by Promise in NextServer.reqHandlerPromise" in result.stdout
    assert "nextfix apply --rule next/request-handler-promise" in result.stdout
    assert result.stderr.splitlines()[-1].startswith("nextfix: 2 requests are alive (2 IncomingMessage)")


def test_a_heap_without_requests_ends_with_zero(tmp_path: Path) -> None:
    result = run(heap(tmp_path / "a"))

    assert (result.returncode, result.stderr) == (0, "")
    assert "nothing of a request is alive (counted: IncomingMessage)" in result.stdout
    named = run(heap(tmp_path / "a"), "--class", "IncomingMessage")
    assert "no IncomingMessage is alive" in named.stdout


def test_a_class_that_is_not_in_the_heap_is_never_reported_as_clean(tmp_path: Path) -> None:
    assert run(heap(tmp_path / "a"), "--class", "Elsewhere").returncode == 3


@pytest.mark.parametrize("arguments", [[], ["a", "--inspect", "127.0.0.1:1"], ["a", "--class", ""]])
def test_a_call_that_makes_no_sense_is_a_matter_of_usage(arguments: list[str]) -> None:
    assert run(*arguments).returncode == 2


def test_a_file_that_is_no_heap_ends_with_six_and_without_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "package.json"
    path.write_text("{}")

    result = run(path)

    assert result.returncode == 6
    assert "not a V8 heap snapshot" in result.stderr
    assert "Traceback" not in result.stderr


def test_two_heaps_say_what_came_and_what_stayed(tmp_path: Path) -> None:
    first, second = heap(tmp_path / "a", "/a"), heap(tmp_path / "b", "/a", "/b")

    result = run(first, second)
    value = json.loads(run(first, second, "--format", "json").stdout)

    assert result.returncode == 1
    assert re.search(r"came: +1 +/b", result.stdout)
    assert re.search(r"stayed: +1 +/a", result.stdout)
    assert (len(value["came"]), len(value["stayed"]), len(value["gone"])) == (1, 1, 0)
    assert value["one_process"]


def test_heaps_of_different_processes_are_compared_by_slot_only(tmp_path: Path) -> None:
    result = run(heap(tmp_path / "a", "/a"), heap(tmp_path / "b", "/z"))

    assert "different processes" in result.stdout
    assert "came" not in result.stdout


def test_json_has_the_groups_and_the_instances_with_their_urls(tmp_path: Path) -> None:
    value = json.loads(run(heap(tmp_path / "a", "/a"), "--format", "json").stdout)

    assert value["tool"]["name"] == "nextfix"
    assert (value["class"], value["alive"], value["requests"]) == (None, 1, 1)
    assert value["counted"] == [{"class": "IncomingMessage", "alive": 1}]
    assert value["groups"][0]["rule"] == "next/request-handler-promise"
    assert value["groups"][0]["chain"][value["groups"][0]["slot_step"]]["edge"] == "reqHandlerPromise"
    assert (value["instances"][0]["url"], value["instances"][0]["class"]) == ("/a", "IncomingMessage")


@pytest.mark.parametrize("format", ["text", "json", "html"])
def test_no_control_character_of_a_heap_reaches_the_terminal(tmp_path: Path, format: str) -> None:
    path = heap(tmp_path / "a", HOSTILE, owner=HOSTILE, slot=HOSTILE)

    result = run(path, "--format", format)
    named = run(path, "--class", HOSTILE)

    for text in (result.stdout, result.stderr, named.stdout, named.stderr):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
        assert not re.search("^::error::", text, re.MULTILINE)


class Tags(HTMLParser):
    """Collects the elements of a page, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, which must not bring a handler or an address."""
        self.tags.append(tag)
        self.outside += [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]


@pytest.mark.parametrize("second", [False, True])
def test_a_hostile_heap_adds_no_element_to_the_page_and_the_page_asks_for_nothing(
    tmp_path: Path, second: bool
) -> None:
    path = heap(tmp_path / "a", HOSTILE, owner=HOSTILE, slot=HOSTILE)
    output = tmp_path / "page.html"

    result = run(path, *([path] if second else []), "--format", "html", "--output", output)

    page = output.read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    assert result.stdout == ""
    assert "script" not in tags.tags
    assert tags.tags.count("style") == 1
    assert tags.outside == []
    assert "&lt;script&gt;" in page
