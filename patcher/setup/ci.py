"""A GitHub Actions workflow and a pre-commit hook that check the project with nextfix, and their removal."""

import re

from patcher.disk.receipt import digest
from patcher.errors import ExitCode, NextfixError
from patcher.npm.manager import Chosen, Manager
from patcher.setup.runner import Runner, install_command

_HEAD = "# Made by 'nextfix init' ({}); 'nextfix init --undo' removes it unless it was changed.\n"
_HEAD_FOUND = re.compile(rb"# Made by 'nextfix init' \(([0-9a-f]{12})\);[^\n]*\n")

_SETUP = {
    "uvx": "      - uses: astral-sh/setup-uv@v6\n",
    "pipx": "",
    "nextfix": (
        "      - uses: actions/setup-python@v5\n"
        '        with: { python-version: "3.13" }\n'
        "      - run: INSTALL\n"
    ),
}
_INSTALL = {
    Manager.NPM: "npm ci",
    Manager.PNPM: "pnpm install --frozen-lockfile",
    Manager.YARN: "yarn install --immutable",
    Manager.YARN_CLASSIC: "yarn install --frozen-lockfile",
    Manager.BUN: "bun install --frozen-lockfile",
}
_PREPARE = {
    Manager.PNPM: "      - run: corepack enable\n",
    Manager.YARN: "      - run: corepack enable\n",
    Manager.BUN: "      - uses: oven-sh/setup-bun@v2\n",
}


def workflow(chosen: Chosen, runner: Runner) -> bytes:
    """The workflow: install, check that the tree is patched, and check the project's own source.

    Raises:
        NextfixError: REFUSED when no other machine could install this nextfix.
    """
    if runner.origin.local or not runner.origin.spec:
        raise NextfixError(
            ExitCode.REFUSED,
            f"a CI could not install this nextfix: it is from {runner.origin.text}",
            path="--ci",
            hint="install it from an index or a repository and run init again, or leave out --ci",
        )
    body = (
        "name: nextfix\n"
        "on: [push, pull_request]\n"
        "permissions:\n"
        "  contents: read\n"
        "jobs:\n"
        "  nextfix:\n"
        "    runs-on: ubuntu-latest\n"
        "    steps:\n"
        "      - uses: actions/checkout@v4\n"
        "      - uses: actions/setup-node@v4\n"
        "        with: { node-version: lts/* }\n"
        f"{_PREPARE.get(chosen.manager, '')}"
        f"{_SETUP[runner.name].replace('INSTALL', install_command(runner.origin))}"
        f"      - run: {_INSTALL[chosen.manager]}\n"
        f"      - run: {runner.command} status --applied\n"
        f"      - run: {runner.command} check --format github\n"
    )
    return (_HEAD.format(digest(body.encode())[:12]) + body).encode()


def is_own_workflow(data: bytes) -> bool:
    """Whether a workflow is as nextfix wrote it, to the byte."""
    head = _HEAD_FOUND.match(data)
    return head is not None and digest(data[head.end() :])[:12] == head[1].decode()


def with_hook(text: str, runner: str) -> str:
    """The pre-commit configuration `text` with nextfix as its last hook; one that is there is replaced.

    Raises:
        ValueError: when the configuration has no list of repositories to add to.
    """
    import yaml

    text = without_hook(text)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        return f"{text}repos:\n{_hook('  ', runner)}"
    repos = next((value for key, value in root.value if key.value == "repos"), None)
    if repos is None or not isinstance(repos, yaml.SequenceNode) or repos.flow_style or not repos.value:
        raise ValueError("it has no list of repos written as a block")
    end = text.rstrip("\n \t").__len__() if repos is root.value[-1][1] else repos.end_mark.index
    before, after = text[:end].rstrip("\n") + "\n", text[end:].removeprefix("\n")
    indent = " " * (repos.value[0].start_mark.column - 2)
    return before + _hook(indent, runner) + after


def without_hook(text: str) -> str:
    """The pre-commit configuration without the hook of `with_hook`; empty when nothing else was in it."""
    pattern = re.escape(_hook("INDENT", "RUNNER")).replace("INDENT", "[ ]*").replace("RUNNER", "[^\n]*")
    text = re.sub(rf"^{pattern}", "", text, flags=re.MULTILINE)
    return "" if text == "repos:\n" else text


def _hook(indent: str, runner: str) -> str:
    lines = (
        "- repo: local",
        "  hooks:",
        "    - id: nextfix",
        "      name: nextfix check",
        f"      entry: {runner} check --scope source",
        "      language: system",
        "      types_or: [javascript, jsx, ts, tsx]",
        "      require_serial: true",
    )
    return "".join(f"{indent}{line}\n" for line in lines)
