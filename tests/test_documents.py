"""The documents say what the program does: their links lead somewhere, and the command lines in them exist."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from patcher.cli.commands import COMMANDS
from patcher.cli.main import app
from patcher.cli.old_spellings import modern
from patcher.errors import ExitCode

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path
    for pattern in (
        "*.md",
        ".github/**/*.md",
        "patcher/**/*.md",
        "rules/**/*.md",
        "patches/**/*.md",
        "tests/**/*.md",
    )
    for path in ROOT.glob(pattern)
)
FRONT_PAGE = ROOT / "README.md"
LONGEST_FRONT_PAGE = 150  # lines
SUBCOMMANDS = (
    "app",
    "matrix",
    "cost",
    "probe",
)  # of prove, which also takes the spellings from before it had any


@cache
def options(words: tuple[str, ...]) -> frozenset[str]:
    """The options of the command that `words` name, and of the groups above it."""
    command: Any = typer.main.get_command(app)
    found = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    found |= {"--help", "-h", "--install-completion", "--show-completion"}
    for word in words:
        get = getattr(command, "get_command", None)
        below = get(None, word) if get else None
        if below is None:
            break
        command = below
        found |= {
            name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)
        }
    return frozenset(found)


def command_lines(text: str) -> Iterator[list[str]]:
    """The words of each `nextfix COMMAND ...` that a document shows, in code spans and in code blocks."""
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    indented = re.findall(r"^    (nextfix .*)$", text, re.MULTILINE)
    for line in [*spans, *indented, *(line for block in blocks for line in block.splitlines())]:
        for shown in re.findall(r"(?:^|[\s/])nextfix(?:@[\w.]+)?[ ]+([a-z][^#&|>\n]*)", line):
            try:
                words = shlex.split(shown)
            except ValueError:
                words = shown.split()
            if words and words[0] in COMMANDS:
                yield ["prove", *modern(words[1:], SUBCOMMANDS)] if words[0] == "prove" else words


def anchors(path: Path) -> frozenset[str]:
    """The anchors that GitHub gives the headings of a document."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL), re.MULTILINE
    )
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)
    return frozenset(plain)


def test_the_front_page_is_one_page() -> None:
    assert len(FRONT_PAGE.read_text().splitlines()) <= LONGEST_FRONT_PAGE


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_within_the_repository_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path

        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_command_lines_name_options_that_exist(path: Path) -> None:
    for words in command_lines(path.read_text()):
        known = options(tuple(word for word in words if not word.startswith("-")))
        for word in words:
            if word.startswith("-") and word != "-":
                assert word.strip('",').partition("=")[0] in known, f"nextfix {' '.join(words)}"


def test_the_front_page_describes_every_command_and_exit_code() -> None:
    text = FRONT_PAGE.read_text()

    for command in COMMANDS:
        assert f"nextfix {command}" in text, command
    for code in ExitCode:
        assert re.search(rf"^\| {code.value} \|", text, re.MULTILINE), code
