"""Node's own word on a rewritten file."""

import pytest

from patcher.errors import NextfixError
from patcher.workflows.trial import syntax_error


def test_node_reads_a_commonjs_module_and_runs_none_of_it() -> None:
    assert syntax_error(b'"use strict"; module.exports = async () => { await 1; }; process.exit(7);') == ""


def test_what_node_does_not_read_is_told_in_its_words() -> None:
    assert syntax_error(b"function f() { await 1; }").startswith("SyntaxError: await is only valid")
    assert syntax_error(b'"use strict"; let a; let a;').startswith("SyntaxError: Identifier 'a'")


def test_without_node_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(NextfixError, match="node is not on the PATH"):
        syntax_error(b"1")
