"""Who makes an object inside a package: what its client keeps is found, what one call makes is not."""

import shutil
from pathlib import Path

import pytest

from patcher.catalogue.load import families
from patcher.model import Finding, Severity
from patcher.scan.linked import Linked
from patcher.scan.pool import searching
from tests.scan.test_ownership import HARNESS, answer_of_node

_LOADER = """
class Loader {
  async load() { return 1 }
  get() { return (this.pending ??= this.load()) }
  static open() { return new Loader() }
}
module.exports = Loader
"""
_USE = "import { createRequire } from 'node:module'\nconst tool = createRequire(import.meta.url)('tool')\n"

KEEPS = {
    "in a field of what users make": (
        "const Loader = require('./lib/loader')\n"
        "exports.Client = class Client { constructor() { this.loader = new Loader() }\n"
        "  get() { return this.loader.get() } }\n",
        "const client = new tool.Client()\nexport const handle = () => client.get()\n",
    ),
    "made by a static method, in a variable of the module": (
        "const Opener = require('./lib/loader')\nconst shared = Opener.open()\nexports.get = () => shared.get()\n",
        "export const handle = () => tool.get()\n",
    ),
}
FREES = {
    "made by each call": (
        "const Loader = require('./lib/loader')\n"
        "exports.read = async function read() { const loader = new Loader(); return loader.get() }\n",
        "export const handle = () => tool.read()\n",
    ),
}
ASKED = {
    "given by a method to its caller": (
        "const Loader = require('./lib/loader')\n"
        "exports.Client = class Client { openReader() { return new Loader() } }\n",
        "const client = new tool.Client()\nexport const handle = () => client.openReader().get()\n",
    ),
}


def written(folder: Path, files: tuple[str, str]) -> list[str]:
    """The package `tool` and who uses it; gives the paths of the package's files."""
    package = folder / "node_modules/tool"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "tool", "version": "1.0.0", "main": "index.js"}')
    (package / "index.js").write_text(files[0])
    (package / "lib").mkdir()
    (package / "lib/loader.js").write_text(_LOADER)
    (folder / "handle.mjs").write_text(_USE + files[1])
    (folder / "run.mjs").write_text(HARNESS)
    return ["node_modules/tool/index.js", "node_modules/tool/lib/loader.js"]


def found(
    folder: Path,
    files: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    cache: Path | None = None,
    *,
    thorough: bool = False,
) -> tuple[Finding, ...]:
    """What the analysis says of the package, linked."""
    paths = (
        written(folder, files)
        if not (folder / "run.mjs").exists()
        else [str(path.relative_to(folder)) for path in sorted(folder.glob("node_modules/tool/**/*.js"))]
    )
    monkeypatch.chdir(folder)
    with searching(paths, families(), jobs=1, cache=cache) as search:
        return search.report(linked=Linked(thorough=thorough)).findings


@pytest.mark.parametrize("files", KEEPS.values(), ids=KEEPS)
def test_what_a_package_keeps_for_its_users_fails_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: tuple[str, str]
) -> None:
    assert [finding.severity for finding in found(tmp_path, files, monkeypatch)] == [Severity.WARNING]


@pytest.mark.parametrize("files", FREES.values(), ids=FREES)
def test_what_a_call_into_a_package_makes_for_itself_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: tuple[str, str]
) -> None:
    assert found(tmp_path, files, monkeypatch) == ()


@pytest.mark.parametrize("files", ASKED.values(), ids=ASKED)
def test_what_a_method_makes_for_its_caller_is_a_note_for_the_thorough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: tuple[str, str]
) -> None:
    assert found(tmp_path, files, monkeypatch) == ()
    (finding,) = found(tmp_path, files, monkeypatch, thorough=True)
    assert finding.severity is Severity.NOTE
    assert "`Loader`" in finding.doubt


def test_an_answer_of_an_earlier_run_holds_until_a_file_of_the_package_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patcher.scan.cache.SETTLED_NS", 0)
    cache, (files,) = tmp_path / "cache.json", FREES.values()
    assert found(tmp_path, files, monkeypatch, cache) == found(tmp_path, files, monkeypatch, cache) == ()

    (tmp_path / "node_modules/tool/index.js").write_text(KEEPS["in a field of what users make"][0])

    assert len(found(tmp_path, files, monkeypatch, cache)) == 1


@pytest.mark.skipif(shutil.which("node") is None, reason="no node: the examples cannot be run")
@pytest.mark.parametrize(
    ("files", "answer"),
    [*((files, "kept") for files in KEEPS.values()), *((files, "free") for files in FREES.values())],
    ids=[*KEEPS, *FREES],
)
def test_node_keeps_the_request_of_what_is_found_and_frees_the_rest(
    tmp_path: Path, files: tuple[str, str], answer: str
) -> None:
    written(tmp_path, files)
    assert answer_of_node(tmp_path) == answer


_TIMER = """
class Flusher {
  add() { clearTimeout(this.timer); this.timer = setTimeout(() => this.send(), 1) }
  send() {}
}
exports.Flusher = Flusher
"""


@pytest.mark.parametrize(
    ("index", "thorough", "count"),
    [
        ("exports.Flusher = require('./lib/batch').Flusher\n", False, 1),
        ("exports.get = require('./lib/batch').get\n", False, 0),
        ("exports.get = require('./lib/batch').get\n", True, 1),
    ],
    ids=["what users make", "what nobody makes", "thorough"],
)
def test_a_timer_whose_object_nobody_keeps_is_shown_to_the_thorough_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, index: str, thorough: bool, count: int
) -> None:
    package = tmp_path / "node_modules/tool"
    (package / "lib").mkdir(parents=True)
    (package / "package.json").write_text('{"name": "tool", "version": "1.0.0", "main": "index.js"}')
    (package / "index.js").write_text(index)
    (package / "lib/batch.js").write_text(_TIMER)
    monkeypatch.chdir(tmp_path)
    with searching(["node_modules/tool/lib/batch.js"], families(), jobs=1) as search:
        assert len(search.report(linked=Linked(thorough=thorough)).findings) == count


@pytest.mark.parametrize(
    ("more", "manifest", "count"),
    [
        ("", '{"name": "tool", "main": "index.js"}', 1),
        ("document.createElement('a')\n", '{"name": "tool", "main": "index.js"}', 0),
        (
            "document.createElement('a')\nrequire('node:fs')\n",
            '{"name": "tool", "main": "index.js"}',
            1,
        ),
        ("", '{"name": "tool", "bin": "index.js"}', 0),
        (
            "if (typeof document !== 'undefined') document.createElement('a')\n",
            '{"name": "tool", "main": "index.js"}',
            1,
        ),
        (
            "if (typeof document !== 'undefined') document.createElement('a')\n",
            '{"name": "tool-browser", "main": "index.js"}',
            0,
        ),
        (
            "if (typeof document !== 'undefined') document.createElement('a')\n",
            '{"name": "tool", "main": "index.js", "keywords": ["Browser"]}',
            0,
        ),
        (
            "document.createElement('a')\n",
            '{"name": "tool", "main": "index.js", "browser": "page.js"}',
            1,
        ),
        ("// document.createElement('a') is for pages\n", '{"name": "tool", "main": "index.js"}', 1),
        ("document.createElement('a')\n" * 9, '{"name": "idb", "main": "index.js"}', 0),
        (
            "".join(f"require('./lib/{n}')\n" for n in range(20)) + "document.createElement('a')\n",
            '{"name": "tool", "main": "index.js"}',
            1,
        ),
        (
            "if (typeof document !== 'undefined') document.body\n" * 30,
            '{"name": "tool", "main": "index.js"}',
            0,
        ),
    ],
    ids=[
        "any",
        "of browsers",
        "of both",
        "a command",
        "asks first",
        "named for browsers",
        "found as one for browsers",
        "browsers load another file",
        "a comment",
        "a library of pages",
        "one file of many",
        "little else",
    ],
)
def test_packages_of_browsers_and_command_lines_run_in_no_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str, manifest: str, count: int
) -> None:
    package = tmp_path / "node_modules/tool"
    package.mkdir(parents=True)
    (package / "package.json").write_text(manifest)
    (package / "index.js").write_text(
        "let p\nasync function load() {}\nexports.get = () => (p ??= load())\n" + more
    )
    (package / "lib").mkdir()
    for number in range(20):
        (package / f"lib/{number}.js").write_text("exports.answer = 42\n")
    monkeypatch.chdir(tmp_path)
    with searching(["node_modules/tool/index.js"], families(), jobs=1) as search:
        assert len(search.report(linked=Linked()).findings) == count


@pytest.mark.parametrize(
    ("source", "asks"),
    [
        (
            "async function load() {}\nexports.ChatSession = class ChatSession {\n"
            "  get() { return (this.p ??= load()) } }\n",
            "`ChatSession`",
        ),
        (
            "let timer\nexports.watch = () => { if (!timer) timer = setInterval(() => sweep(), 9000) }\n",
            "does a request start this",
        ),
    ],
    ids=["an object of one conversation", "an interval"],
)
def test_what_only_the_users_of_a_package_know_is_a_note_that_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, asks: str
) -> None:
    package = tmp_path / "node_modules/tool"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "tool", "main": "index.js"}')
    (package / "index.js").write_text(source)
    monkeypatch.chdir(tmp_path)
    with searching(["node_modules/tool/index.js"], families(), jobs=1) as search:
        (finding,) = search.report(linked=Linked(thorough=True)).findings
    assert finding.severity is Severity.NOTE
    assert asks in finding.doubt


@pytest.mark.parametrize(("name", "count"), [("JobManager", 1), ("JobRow", 0)])
def test_the_last_link_of_a_queue_is_reported_where_its_object_lives_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, count: int
) -> None:
    package = tmp_path / "node_modules/tool"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "tool", "main": "index.js"}')
    (package / "index.js").write_text(
        f"exports.{name} = class {name} {{ constructor() {{ this.tail = Promise.resolve() }}\n"
        "  run(job) { return (this.tail = this.tail.then(job)) } }\n"
    )
    monkeypatch.chdir(tmp_path)
    with searching(["node_modules/tool/index.js"], families(), jobs=1) as search:
        assert len(search.report(linked=Linked()).findings) == count


@pytest.mark.parametrize(("times", "count"), [(30, 0), (1, 1)])
def test_an_application_of_a_page_that_lies_in_a_package_runs_in_no_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, count: int
) -> None:
    assets = tmp_path / "node_modules/tool/dist/app"
    assets.mkdir(parents=True)
    (tmp_path / "node_modules/tool/package.json").write_text('{"name": "tool"}')
    (assets / "main.8a1.js").write_text(
        "let p\nasync function load() {}\nexports.get = () => (p ??= load())\n"
        + "document.createElement('a')\n" * times
    )
    monkeypatch.chdir(tmp_path)
    with searching(["node_modules/tool/dist/app/main.8a1.js"], families(), jobs=1) as search:
        assert len(search.report(linked=Linked()).findings) == count


_MEMO = (
    "const cache = new Map()\nasync function load(key) {{ return key }}\n"
    "exports.{0} = function {0}(key) {{ if (!cache.has(key)) cache.set(key, load(key)); return cache.get(key) }}\n"
)
_INTERVAL = (
    "let {0}\nfunction send() {{}}\n"
    "exports.check = function check() {{ if (!{0}) {0} = setInterval(send, 1000) }}\n"
)
FOR_THE_THOROUGH = {
    "a hook of React": "require('react')\n" + _MEMO.format("useData"),
    "what a connection does for itself": _INTERVAL.format("heartbeat"),
    "what polls": _INTERVAL.format("pollTimer"),
    "a handle that a request may open, or who sets the package up": (
        "const net = require('node:net')\nlet socket\n"
        "exports.get = function get() { if (!socket) socket = net.connect(1); return socket }\n"
    ),
}
FOR_ALL = {
    "a function of a module that loads React": "require('react')\n" + _MEMO.format("readData"),
    "a function that is called like a hook": _MEMO.format("useData"),
    "an interval of another name": _INTERVAL.format("mapping"),
    "an interval whose name has the letters of a poll": _INTERVAL.format("apolloTimer"),
}


@pytest.mark.parametrize(
    ("source", "thorough", "count"),
    [
        *(
            (source, thorough, int(thorough))
            for source in FOR_THE_THOROUGH.values()
            for thorough in (False, True)
        ),
        *((source, False, 1) for source in FOR_ALL.values()),
    ],
)
def test_what_is_seldom_right_in_packages_is_shown_to_the_thorough_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, thorough: bool, count: int
) -> None:
    package = tmp_path / "node_modules/tool"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "tool", "version": "1.0.0", "main": "index.js"}')
    (package / "index.js").write_text(source)
    monkeypatch.chdir(tmp_path)
    with searching(["node_modules/tool/index.js"], families(), jobs=1) as search:
        assert len(search.report(linked=Linked(thorough=thorough)).findings) == count


_SLOT = (
    "async function build() {{ return 1 }}\n"
    "exports.Client = class Client {{ get() {{ return (this.{0} ??= build()) }} }}\n"
)


@pytest.mark.parametrize(
    ("slot", "severity"), [("executableSchema", Severity.NOTE), ("validatorSchema", Severity.WARNING)]
)
def test_a_schema_of_graphql_is_in_doubt_as_the_server_has_it_before_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slot: str, severity: Severity
) -> None:
    package = tmp_path / "node_modules/tool"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "tool", "version": "1.0.0", "main": "index.js"}')
    (package / "index.js").write_text(_SLOT.format(slot))
    monkeypatch.chdir(tmp_path)
    with searching(["node_modules/tool/index.js"], families(), jobs=1) as search:
        assert [finding.severity for finding in search.report(linked=Linked()).findings] == [severity]


@pytest.mark.parametrize(("name", "severity"), [("T", Severity.NOTE), ("Account", Severity.WARNING)])
def test_a_class_whose_name_a_minifier_took_is_in_doubt_as_the_name_would_tell_how_long_it_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, severity: Severity
) -> None:
    package = tmp_path / "node_modules/tool"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "tool", "version": "1.0.0", "main": "index.js"}')
    (package / "index.js").write_text(_SLOT.format("user").replace("Client", name))
    monkeypatch.chdir(tmp_path)
    with searching(["node_modules/tool/index.js"], families(), jobs=1) as search:
        assert [finding.severity for finding in search.report(linked=Linked()).findings] == [severity]
