"""What comes from outside may lie: manifests, receipts, names, rules and ledgers."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from patcher.disk.receipt import digest
from patcher.errors import ExitCode, NextfixError
from patcher.registry import ledger
from patcher.workflows.apply import Done, apply_all
from patcher.workflows.request import Request
from patcher.workflows.revert import revert_all
from tests.heap.tiny import META, Tiny
from tests.synthetic import FILES, UNCERTIFIED, make_package, make_project

COMMANDS = ("check", "status", "diff", "apply", "revert")
Nextfix = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def nextfix(tmp_path: Path) -> Nextfix:
    """Runs nextfix in `tmp_path`, as a process, so that what reaches the terminal is seen byte for byte."""

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "patcher", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120)

    return run


def everything(root: Path) -> dict[str, bytes]:
    """Every file below `root`, links and pipes left out."""
    found = (path for path in root.rglob("*") if not path.is_symlink() and path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


MANIFESTS = {
    "a version that climbs": '{"name": "next", "version": "../../../../etc"}',
    "a version with a path": '{"name": "next", "version": "13.1.6/../../x"}',
    "a huge number as version": '{"name": "next", "version": %s}' % ("9" * 5_000),
    "huge numbers in the version": '{"name": "next", "version": "%s.0.0"}' % ("9" * 240),
    "a version longer than npm's": '{"name": "next", "version": "1.0.%s"}' % ("9" * 100_000),
    "an object as version": '{"name": "next", "version": {"a": []}}',
    "a version with escapes": '{"name": "next", "version": "13.1.6\\u001b]0;owned\\u0007"}',
    "a version with a line break": '{"name": "next", "version": "13.1.6\\nnextfix: all is well"}',
    "a name that climbs": '{"name": "../../next", "version": "13.1.6"}',
    "JSON that is deep": '{"name": "next", "version": "13.1.6", "a": %s}' % ("[" * 200_000),
    "no JSON": "{",
    "a list": "[]",
    "nothing": "",
    "half a surrogate": '{"name": "next", "version": "13.1.6-\\ud800"}',
    "not a number": '{"name": "next", "version": NaN}',
}


@pytest.mark.parametrize("kind", MANIFESTS)
def test_a_manifest_that_lies_ends_in_a_reason_and_never_in_a_defect(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from patcher.cli.main import main

    copy = make_project(tmp_path)
    (copy / "package.json").write_text(MANIFESTS[kind], encoding="utf-8")
    before = everything(tmp_path)
    for command in ("status", "diff", "apply", "revert"):
        with pytest.raises(SystemExit) as ended:
            main([command, str(tmp_path)])
        out, err = capsys.readouterr()
        assert ended.value.code in (0, 3, 4, 6), (command, err)
        assert "defect of nextfix" not in err
        assert not set(out + err) & {"\x1b", "\x07"}
        assert command == "revert" or ended.value.code != 0, f"{command} calls a lying manifest clean"
    assert everything(tmp_path) == before


def test_a_manifest_that_is_a_pipe_or_endless_is_skipped_without_waiting(
    tmp_path: Path, nextfix: Nextfix
) -> None:
    copy = make_project(tmp_path)
    (copy / "package.json").unlink()
    os.mkfifo(copy / "package.json")
    began = time.monotonic()
    ran = nextfix("apply")

    assert ran.returncode != 0
    assert b"package.json" in ran.stderr
    assert time.monotonic() - began < 60


def test_a_file_that_a_rule_names_may_be_a_pipe_or_a_gigabyte_and_is_refused(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    path = copy / "dist/server/next.js"
    for make in (lambda: os.mkfifo(path), lambda: _sparse(path, 2**31)):
        path.unlink()
        make()
        (outcome,) = apply_all(Request(tmp_path), dry_run=False)[0]
        assert outcome.error is not None
        assert outcome.error.code is ExitCode.REFUSED


def _sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def _receipt(root: Path) -> Path:
    return root / "node_modules/.nextfix/next.json"


def _applied(root: Path) -> tuple[Path, dict[str, object]]:
    copy = make_project(root)
    (outcome,) = apply_all(Request(root), dry_run=False)[0]
    assert outcome.done is Done.REWRITTEN
    return copy, json.loads(_receipt(root).read_bytes())


PATHS = (
    *(
        "../../outside.js",
        "/etc/passwd",
        "dist/../../outside.js",
        "..\\\\outside.js",
        "C:/x.js",
        "",
        ".",
        "a\0b",
    ),
    *("\\\\server\\share", "dist/server/next.js/../../../../outside.js"),
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("command", ["apply", "revert"])
def test_a_receipt_that_names_a_path_outside_the_copy_is_refused(
    path: str, command: str, tmp_path: Path
) -> None:
    root = tmp_path / "app"
    _, receipt = _applied(root)
    outside = root / "node_modules/outside.js"
    outside.write_bytes(b"theirs")
    orig = digest(b"evil")
    (root / f"node_modules/.nextfix/next.{orig}.orig").write_bytes(b"evil")
    entry = {"path": path, "before": orig, "after": digest(b"theirs"), "previous": digest(b"theirs")}
    _receipt(root).write_text(json.dumps({**receipt, "state": "prepared", "files": [entry]}))
    before = everything(tmp_path)

    error = _outcome(command, root)

    assert error is not None
    assert error.code in (ExitCode.FILES, ExitCode.REFUSED)
    assert everything(tmp_path).items() >= {**before}.items()


def _outcome(command: str, root: Path) -> NextfixError | None:
    if command == "apply":
        return next(apply_all(Request(root, style="single-flight"), dry_run=False)[0]).error
    return next(revert_all(root)[0]).error


RECEIPTS = {
    "no JSON": "{",
    "deep JSON": "[" * 200_000,
    "a list": "[1]",
    "no object": '"text"',
    "another schema": '{"schema": 99}',
    "numbers for texts": '{"schema": 1, "name": 1}',
    "files that are no list": '{"schema": 1, "name": "next", "files": 3}',
    "not UTF-8": b"\xff\xfe",
    "empty": "",
}


@pytest.mark.parametrize("kind", RECEIPTS)
@pytest.mark.parametrize("command", ["apply", "revert"])
def test_a_damaged_receipt_is_told_and_nothing_is_touched(kind: str, command: str, tmp_path: Path) -> None:
    copy, _ = _applied(tmp_path)
    text = RECEIPTS[kind]
    _receipt(tmp_path).write_bytes(text if isinstance(text, bytes) else text.encode())
    before = everything(copy)

    error = _outcome(command, tmp_path)

    assert error is not None
    assert error.code is ExitCode.FILES
    assert "damaged receipt" in str(error)
    assert everything(copy) == before


def test_a_receipt_with_wrong_hashes_lets_nothing_be_restored(tmp_path: Path) -> None:
    copy, receipt = _applied(tmp_path)
    for entry in receipt["files"]:  # type: ignore[attr-defined]
        entry["before"] = digest(b"something else")
    _receipt(tmp_path).write_text(json.dumps(receipt))
    before = everything(copy)

    error = _outcome("revert", tmp_path)

    assert error is not None
    assert "original bytes are missing" in str(error)
    assert everything(copy) == before


def test_damaged_original_bytes_are_never_restored(tmp_path: Path) -> None:
    copy, _ = _applied(tmp_path)
    for path in (tmp_path / "node_modules/.nextfix").glob("*.orig"):
        path.write_bytes(b"damaged")
    before = everything(copy)

    error = _outcome("revert", tmp_path)

    assert error is not None
    assert "original bytes are damaged" in str(error)
    assert everything(copy) == before


@pytest.mark.parametrize("what", ["the folder", "the receipt", "the lock", "an original"])
@pytest.mark.parametrize("command", ["apply", "revert"])
def test_receipts_that_are_links_lead_nowhere(what: str, command: str, tmp_path: Path) -> None:
    root = tmp_path / "app"
    copy, _ = _applied(root)
    folder = root / "node_modules/.nextfix"
    outside = tmp_path / "outside"
    outside.mkdir()
    path = {
        "the folder": folder,
        "the receipt": folder / "next.json",
        "the lock": folder / "lock",
        "an original": next(folder.glob("*.orig")),
    }[what]
    shutil.move(path, outside / "moved")
    path.symlink_to(outside / "moved")
    theirs = everything(outside)
    before = everything(copy)

    error = _outcome(command, root)

    assert error is not None or what == "an original"
    assert everything(outside) == theirs
    if error is not None:
        assert error.code in (ExitCode.REFUSED, ExitCode.FILES)
        assert everything(copy) == before


def test_a_symbolic_link_inside_the_copy_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "app"
    copy = make_project(root)
    outside = tmp_path / "outside"
    shutil.move(copy / "dist/server", outside)
    (copy / "dist/server").symlink_to(outside)
    before = everything(outside)

    error = _outcome("apply", root)

    assert error is not None
    assert error.code is ExitCode.REFUSED
    assert everything(outside) == before


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


def test_a_ledger_with_a_wrong_hash_lets_nothing_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = {path: digest(text.encode()) for path, text in FILES.items()}
    wrong = {"sha256": "0" * 64}
    for hashes, reason in (
        (dict.fromkeys(published, "0" * 64), "differs from the one published"),
        (published, "differs from the one in the ledger"),
    ):
        root = tmp_path / reason
        copy = make_project(root)
        before = everything(copy)
        rules = {
            "dist/server/next.js": "next/request-handler-promise next/server-promise",
            "dist/shared/lib/loadable.js": "next/loadable",
            "dist/server/web/sandbox/context.js": "next/sandbox-module-context",
        }
        files = {
            path: {"sha256": hashes[path], "rewrites": {"documented": {rules[path]: wrong}}}
            for path in published
        }
        monkeypatch.setattr(ledger, "read_ledger", lambda _, files=files: {UNCERTIFIED: {"files": files}})
        (outcome,) = apply_all(Request(root), dry_run=False)[0]
        assert outcome.done in (Done.REFUSED, Done.FAILED)
        assert reason in outcome.reason
        assert everything(copy) == before


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


PLANTED = (
    "rules",
    "patcher/rules",
    "nextfix_rules",
    "node_modules/next/rules",
    "node_modules/.nextfix/rules",
)


def test_rules_of_a_project_are_never_loaded_and_no_option_names_any(tmp_path: Path) -> None:
    root, told = tmp_path / "app", tmp_path / "told"
    make_project(root)
    for folder in PLANTED:
        (root / folder).mkdir(parents=True, exist_ok=True)
        for name in ("own", "next_server_promise", "__init__"):
            (root / folder / f"{name}.py").write_text(f"open({str(told)!r}, 'w').write('a rule ran')\n")
    environment = {**os.environ, "PYTHONPATH": str(root)}
    script = str(Path(sys.executable).with_name("nextfix"))
    listed = set()
    for command in (["rules"], ["status"], ["check", "--scope", "all"], ["diff"], ["apply"], ["revert"]):
        ran = subprocess.run([script, *command], cwd=root, env=environment, capture_output=True, timeout=120)
        assert ran.returncode in (0, 1), ran.stderr
        listed.add(ran.stdout) if command == ["rules"] else None
    elsewhere = subprocess.run([script, "rules"], cwd=tmp_path, capture_output=True, timeout=120)
    assert listed == {elsewhere.stdout}
    assert not told.exists()
    for where, text in (
        ("nextfix.toml", 'rules = "rules"\n'),
        ("package.json", '{"nextfix": {"rules": "rules"}}'),
    ):
        (root / where).write_text(text)
        refused = subprocess.run(
            [script, "check"], cwd=root, env=environment, capture_output=True, timeout=120
        )
        assert refused.returncode == ExitCode.USAGE, refused.stderr
        assert b"rules" in refused.stderr
        (root / where).unlink()
    assert not told.exists()


MEMORY = 768 * 2**20  # bytes of address space; a small heap takes 500 MB of it, most of it never touched


def _heap(path: Path, kind: str) -> None:
    """A file that says that it is a heap snapshot, and would fill the memory of who believes it."""
    meta = json.dumps(META)
    with path.open("wb") as file:
        if kind == "counts of a million million":
            file.write(
                b'{"snapshot":{"meta":%b,"node_count":1000000000000,"edge_count":1},"nodes":[' % meta.encode()
            )
        elif kind == "four gigabytes of nothing":
            file.write(b'{"snapshot":{"meta":%b,"node_count":9,"edge_count":9},"nodes":[' % meta.encode())
            file.truncate(4 * 2**30)
        elif kind == "a header without an end":
            file.write(b'{"snapshot":{"meta":"')
            file.truncate(4 * 2**30)
        elif kind == "a billion nodes in a file that has room for them":
            file.write(
                b'{"snapshot":{"meta":%b,"node_count":1000000000,"edge_count":1000000000},"nodes":['
                % meta.encode()
            )
            file.truncate(40 * 2**30)
        else:
            tiny = Tiny()
            tiny.edge(0, tiny.node("IncomingMessage"), "a" * 200_000_000)
            file.write(json.dumps(tiny.value()).encode())


@pytest.mark.parametrize(
    "kind",
    [
        "counts of a million million",
        "four gigabytes of nothing",
        "a header without an end",
        "a billion nodes in a file that has room for them",
        "a name of 200 megabytes",
    ],
)
def test_a_heap_snapshot_made_to_exhaust_memory_ends_in_a_reason(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "big.heapsnapshot"
    _heap(path, kind)
    program = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))\n"
        "from patcher.cli.main import main; main(sys.argv[1:])"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", program, "heap", str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)

    assert "Traceback" not in ran.stderr, ran.stderr
    assert "defect" not in ran.stderr, ran.stderr
    reason = ran.stderr.rstrip().rpartition("\n")[2]
    if kind == "a name of 200 megabytes":
        assert ran.returncode == 1 or "memory" in reason, ran.stderr[-500:]
    else:
        assert ran.returncode == ExitCode.DEFECT, ran.stderr
        assert "big.heapsnapshot" in reason


def test_modes_are_kept_and_nobody_may_read_what_the_owner_alone_may(tmp_path: Path) -> None:
    copy = make_project(tmp_path)
    path = copy / "dist/server/next.js"
    path.chmod(0o600)
    assert _outcome("apply", tmp_path) is None
    (kept,) = (
        file
        for file in (tmp_path / "node_modules/.nextfix").glob("*.orig")
        if file.read_bytes() == FILES["dist/server/next.js"].encode()
    )

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.stat().st_mode) & 0o077 == 0
