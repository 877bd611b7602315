"""Node's own word on a rewritten file."""

from pathlib import Path

import pytest

from patcher.certify import trial
from patcher.certify.behaviour import Behaviour
from patcher.certify.certificate import CertifiedRewrite
from patcher.certify.trial import Trial, syntax_error
from patcher.errors import NextfixError

RESULT = CertifiedRewrite(
    "a.js", Path("own.cjs"), "documented", "own/x", "0", "1", b"let a = 1;", b"let a = 2;"
)


def test_node_reads_a_commonjs_module_and_runs_none_of_it() -> None:
    assert syntax_error(b'"use strict"; module.exports = async () => { await 1; }; process.exit(7);') == ""


def test_what_node_does_not_read_is_told_in_its_words() -> None:
    assert syntax_error(b"function f() { await 1; }").startswith("SyntaxError: await is only valid")
    assert syntax_error(b'"use strict"; let a; let a;').startswith("SyntaxError: Identifier 'a'")


def test_without_node_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(NextfixError, match="node is not on the PATH"):
        syntax_error(b"1")


def test_what_behaves_otherwise_than_the_original_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        trial, "run", lambda *_, **__: Behaviour("own", ("f",), {}, {}, ("calls is 2, expected 1",))
    )

    assert Trial().faults(RESULT, "own@1.0.0") == ("behaviour: calls is 2, expected 1",)


def test_what_node_cannot_read_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "run", lambda *_, **__: pytest.fail("it was run"))
    broken = CertifiedRewrite("a.js", Path("own.cjs"), "documented", "own/x", "0", "1", b"", b"let let;")

    (fault,) = Trial().faults(broken, "own@1.0.0")

    assert fault.startswith("node --check: SyntaxError")


def test_equal_files_of_two_releases_are_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def run(*arguments: str, **_: str) -> Behaviour:
        calls.append(arguments[5])
        return Behaviour("own", (), {}, {}, ())

    monkeypatch.setattr(trial, "run", run)
    tries = Trial()

    assert tries.faults(RESULT, "own@1.0.0") == tries.faults(RESULT, "own@1.0.1") == ()
    assert calls == ["own@1.0.0"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("await new Promise(() => {})", "(exit 0, nothing on stderr)"),
        ("process.exit(0)", "(exit 0, nothing on stderr)"),
        ("console.error('one'); console.error('two'); process.exit(0)", 'its last line is "two"'),
        ("console.log('of its own'); return { kept: {} }", "(exit 0, nothing on stderr)"),
        ("require('node:fs').writeSync(1, '{}'); process.exit(0)", "(exit 0, nothing on stderr)"),
        ("require('node:fs').writeSync(1, '[]'); process.exit(0)", "(exit 0, nothing on stderr)"),
    ],
)
def test_a_harness_that_ends_without_an_answer_is_named(tmp_path: Path, body: str, said: str) -> None:
    harness = tmp_path / "own.cjs"
    harness.write_text(f"module.exports = {{ facts: async () => {{ {body} }} }}")
    result = CertifiedRewrite("a.js", harness, "documented", "own/x", "0", "1", b"let a = 1;", b"let a = 2;")

    with pytest.raises(NextfixError) as caught:
        Trial().faults(result, "own@1.0.0")

    assert "the harness of own/x ended without an answer on own@1.0.0" in str(caught.value)
    assert said in str(caught.value)
