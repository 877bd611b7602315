"""Files of others are read by patcher/disk/outside.py, and texts of others parsed by patcher/text/formats.py: only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import patcher

PACKAGE = Path(patcher.__file__).parent

READERS = frozenset({"open", "fdopen", "read_bytes", "read_text", "ZipFile", "mmap"})
PARSERS = frozenset({"loads", "load", "safe_load", "load_all", "compose"})
PARSER_MODULES = frozenset({"json", "tomllib", "yaml", "pickle", "marshal"})

# What a module reads that is not a file of others, or why it has a way of its own.
ALLOWED = {
    "disk/outside.py": "this is the way",
    "text/formats.py": "this is the way",
    "disk/folder.py": "the same bounds, relative to a folder that is held open",
    "disk/write.py": "opens for writing",
    "disk/temporary.py": "opens what may be a temporary file of its own",
    "setup/runner.py": "the record of where nextfix itself was installed from",
    "scan/read.py": "the same bounds for 17,000 files a run, at half the calls",
    "certify/widen.py": "the rules of nextfix",
    "certify/behaviour.py": "the answer of the harness of nextfix",
    "retention/table.py": "the table that is part of nextfix",
    "cli/rules_command.py": "the documents of nextfix itself",
    "report/html_page.py": "the stylesheet that is part of nextfix",
    "check/config.py": "the schema that is part of nextfix",
    "export/require_hook.py": "the template that is part of nextfix",
    "cli/streams.py": "opens the null device",
}
# Rooms that read the rules and the ledger of nextfix, what the experiment made, a snapshot (which has a reader of its
# own), what npm answered, or a text that outside.py has read and formats.py has parsed.
ALLOWED_ROOMS = (
    "catalogue/",
    "prove/",
    "heap/",
    "npm/registry.py",
    "syntax/json_text.py",
    "text/yaml_text.py",
    "setup/ci.py",
)


def _readers(source: str) -> Iterator[tuple[int, str]]:
    """The line and the name of each call in `source` that reads a file or parses a text."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id="open"):
                yield node.lineno, "open"
            case ast.Attribute(attr=name, value=ast.Name(id=module)) if module in PARSER_MODULES:
                if name in PARSERS:
                    yield node.lineno, f"{module}.{name}"
            case ast.Attribute(attr=name) if name in READERS:
                yield node.lineno, name


def test_no_other_module_opens_or_parses_files() -> None:
    found = {
        f"{relative}:{line}: {call}"
        for module in PACKAGE.rglob("*.py")
        if (relative := module.relative_to(PACKAGE).as_posix()) not in ALLOWED
        and not relative.startswith(ALLOWED_ROOMS)
        for line, call in _readers(module.read_text("utf-8"))
    }

    assert not found, "read these through patcher/disk/outside.py"


def test_the_list_of_exceptions_is_not_longer_than_it_must_be() -> None:
    for relative in ALLOWED:
        assert any(_readers((PACKAGE / relative).read_text("utf-8"))), relative


def test_the_search_sees_each_way_to_read() -> None:
    calls = ("open(a)", "os.open(a, 0)", "a.open()", "a.read_bytes()", "a.read_text()", "json.loads(a)")
    more = ("yaml.safe_load(a)", "tomllib.load(a)", "zipfile.ZipFile(a)", "json.load(a)")

    assert all(any(_readers(call)) for call in (*calls, *more))
