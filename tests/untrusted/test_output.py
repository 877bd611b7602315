"""Names, source and strings of others are text in all that is printed and written, and no more."""

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.heap.tiny import Tiny
from tests.synthetic import FILES, make_package, make_project
from tests.untrusted.trees import Nextfix

ESCAPES = "e\x1b[2Jf\x1b]0;t\x07g\u202eh\x9bi\rj"


def test_escapes_in_names_and_source_never_reach_the_terminal_raw(tmp_path: Path, nextfix: Nextfix) -> None:
    root = tmp_path / f"a{ESCAPES}b\nnextfix: all is well"
    files = dict(FILES)
    files["dist/server/next.js"] = files["dist/server/next.js"].replace(
        "// made once", f"// {ESCAPES.strip()}"
    )
    make_project(root, files=files)
    runs = [
        ("check", "."),
        ("status", "."),
        ("diff", "--color", "."),
        ("diff", "--stat", "."),
        ("apply", "."),
    ]
    for arguments in (
        *runs,
        ("apply", ".", "--verbose"),
        ("revert", "."),
        ("explain", ESCAPES),
        ("check", ESCAPES),
    ):
        ran = nextfix(*(str(root) if part == "." else part for part in arguments))
        shown = ran.stdout + ran.stderr
        if arguments[:2] == ("diff", "--color"):  # its own colours are the only escapes
            for own in (b"0", b"1", b"31", b"32", b"36"):
                shown = shown.replace(b"\x1b[%bm" % own, b"")
        assert not any(
            byte in shown for byte in (b"\x1b", b"\x07", b"\r", "\u202e".encode(), "\x9b".encode())
        ), arguments
        assert b"\nnextfix: all is well" not in shown, arguments
        assert b"defect" not in shown, arguments


def test_the_patch_of_a_file_with_an_odd_name_changes_no_other_file(tmp_path: Path, nextfix: Nextfix) -> None:
    root = tmp_path / "app"
    odd = 'odd\n+++ b/victim\ttab "quoted" é'
    make_package(root / "packages" / odd / "node_modules")
    (root / "package.json").write_text('{"workspaces": ["packages/*/*"]}')
    (root / "packages" / odd / "package.json").write_text("{}")
    (root / "victim").write_text("victim")
    ran = nextfix("diff", "--no-color", str(root))
    assert ran.returncode == 1, ran.stderr
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    applied = subprocess.run(["git", "apply", "-p1"], cwd=root, input=ran.stdout, capture_output=True)

    assert applied.returncode == 0, applied.stderr
    assert (root / "victim").read_text() == "victim"
    again = nextfix("diff", "--no-color", str(root))
    assert again.returncode == 0, again.stdout


HOSTILE = (
    "</script><script>alert(1)</script>",
    "]]></failure><failure>",
    "%0A::error::owned",
    "::error file=a.js::owned",
    "##[error]owned",
    "\x1b[2Jowned\x07",
    '" onmouseover="alert(1)',
    "javascript:alert(1)",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_report_of_check_lets_source_or_a_file_name_be_more_than_text(text: str, tmp_path: Path) -> None:
    root = tmp_path / "app"
    folder = root / text.replace("/", "_")
    folder.mkdir(parents=True)
    source = (
        f"async function load() {{}}\nlet p\nexports.f = () => (p ??= load()) // {text}\nexports.g = {{\n"
    )
    (folder / f"{text.replace('/', '_')}.js").write_text(source)
    reports = {kind: tmp_path / f"report.{kind}" for kind in ("sarif", "json", "junit", "github", "text")}
    outputs = [part for kind, path in reports.items() for part in ("--output", f"{kind}:{path}")]
    command = [sys.executable, "-m", "patcher", "check", "--scope", "source", *outputs]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    told = {kind: path.read_bytes() for kind, path in reports.items()}

    assert ran.returncode in (1, 6), ran.stderr
    assert not any(byte in b"".join(told.values()) + ran.stderr.encode() for byte in (b"\x1b", b"\x07"))
    assert json.loads(told["json"])["findings"]
    assert json.loads(told["sarif"])["runs"][0]["results"]
    failures = list(ElementTree.fromstring(told["junit"]).iter())
    assert {element.tag for element in failures} <= {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "error",
    }
    for line in told["github"].decode().splitlines():
        assert re.match(r"nextfix: |::(error|warning) (\w+=[^:,]*,)*\w+=[^:,]*::", line), line
    assert not re.search(r"(?m)^\s*(::|##\[)", told["text"].decode())


def test_the_page_of_a_heap_shows_its_strings_as_text(tmp_path: Path) -> None:
    tiny = Tiny()
    evil = '</script><img src=x onerror="alert(1)">&<b>'
    holder, request = tiny.node(evil), tiny.node("IncomingMessage")
    tiny.edge(0, holder, evil)
    tiny.edge(holder, request, evil)
    tiny.edge(request, tiny.node(evil, "string"), "url")
    page = tmp_path / "heap.html"
    path = tiny.write(tmp_path / "a.heapsnapshot")
    command = [sys.executable, "-m", "patcher", "heap", str(path), "--format", "html", "--output", str(page)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)

    assert ran.returncode == 1, ran.stderr
    assert "alert(1)" in page.read_text()
    assert "<img" not in page.read_text()
    assert "<b>" not in page.read_text()
    assert "<script" not in page.read_text()
