"""`nextfix check --fix`, from the command line to the file."""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from patcher.disk.temporary import temporary_name
from patcher.text.unified import patched
from tests.cli.conftest import Run
from tests.report.records import SCHEMA

MEMO = """\
const load = async () => 1
let kept
exports.get = () => (kept ??= load())
"""
# No value can take its place, and in the root it would not find its request.
PEEKED = MEMO.replace("() => 1", "() => als.getStore()") + "exports.peek = () => kept\n"
RULE = "kept-promise-module"


def fixes(out: str) -> list[str]:
    return [finding["fix"] for finding in json.loads(out)["findings"]]


def test_a_safe_finding_is_rewritten_and_a_second_run_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.js"
    file.write_text(MEMO)
    file.chmod(0o640)

    code, out, err = run("--fix")
    assert (code, err) == (0, [])
    assert out == "no findings in 1 file; 1 fixed\n"
    once = file.read_text()
    assert "keptResult = { value: await (kept ??= load()) }" in once
    assert file.stat().st_mode & 0o777 == 0o640

    assert run("--fix")[:2] == (0, "no findings in 1 file\n")
    assert file.read_text() == once


def test_what_is_left_is_reported_with_the_reason_and_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(MEMO)
    (tmp_path / "b.js").write_text(PEEKED)
    code, out, err = run("--fix")

    assert code == 1
    assert "not fixed: line 4 uses the promise too" in out
    assert out.splitlines()[-1] == "1 warning in 2 files; 1 fixed"
    assert err[-1] == "nextfix: 1 warning"
    assert (tmp_path / "b.js").read_text() == PEEKED


def test_a_dry_run_prints_a_patch_that_makes_what_fix_writes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(MEMO)
    (tmp_path / "b.js").write_text(PEEKED)
    code, out, err = run("--fix", "--dry-run")

    assert code == 1
    assert (tmp_path / "a.js").read_text() == MEMO
    assert err[0].startswith(
        f"b.js:3: {RULE} not fixed: line 4 uses the promise too; detached: line 1 asks for"
    )
    assert err[-1] == "nextfix: 1 finding in 1 file would be fixed; drop --dry-run to write"
    new = patched(out.encode(), MEMO.encode())
    run("--fix")
    assert (tmp_path / "a.js").read_bytes() == new


def test_a_dry_run_with_nothing_to_fix_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "b.js").write_text(PEEKED)
    code, out, err = run("--fix", "--dry-run")

    assert (code, out) == (1, "")
    assert err[-1] == "nextfix: nothing to fix safely; 1 finding left"


def test_the_style_is_the_command_line_s_then_the_configuration_s(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(MEMO)
    (tmp_path / "nextfix.toml").write_text('style = "documented"\n')
    box = "(kept ??= { value: await load() }).value"

    assert box in run("--fix", "--dry-run")[1]
    assert box not in run("--fix", "--dry-run", "--style", "single-flight")[1]
    assert run("--fix", "--style", "documented")[0] == 0
    assert box in (tmp_path / "a.js").read_text()


def test_json_says_which_findings_can_be_fixed_and_how_many_were(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(MEMO)
    (tmp_path / "b.js").write_text(PEEKED)
    before = run("-f", "json")[1]
    after = run("--fix", "-f", "json")[1]

    assert fixes(before) == ["available", "none"]
    assert fixes(after) == ["none"]
    assert [json.loads(text)["summary"]["fixed"] for text in (before, after)] == [0, 1]
    for text in (before, after):
        Draft202012Validator(SCHEMA).validate(json.loads(text))


def test_what_is_ignored_accepted_or_off_is_left_alone(run: Run, tmp_path: Path) -> None:
    ignored = MEMO.replace("exports.get", f"// nextfix-ignore {RULE}: wanted\nexports.get")
    (tmp_path / "a.js").write_text(ignored)
    (tmp_path / "b.js").write_text(MEMO)
    run("--baseline", "base.json", "--update-baseline")

    assert run("--fix", "--baseline", "base.json")[0] == 0
    assert (tmp_path / "b.js").read_text() == MEMO
    (tmp_path / "nextfix.toml").write_text(f'[severity]\n"{RULE}" = "off"\n')
    assert run("--fix")[0] == 0
    assert [(tmp_path / name).read_text() for name in ("a.js", "b.js")] == [ignored, MEMO]


def test_node_modules_are_never_rewritten(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "node_modules" / "dep"
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"name": "dep", "version": "1.0.0"}')
    (folder / "a.js").write_text(MEMO)

    assert run("--fix", "--scope", "all", "--fail-on", "note")[0] == 1
    assert run("--fix", "node_modules/dep/a.js", "--fail-on", "note")[0] == 1
    assert (folder / "a.js").read_text() == MEMO


def test_a_package_is_not_rewritten_from_within(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "node_modules" / "dep"
    folder.mkdir(parents=True)
    (folder / "a.js").write_text(MEMO)
    monkeypatch.chdir(folder)

    assert "not fixed: it is of an installed package" in run("--fix", "a.js")[1]
    assert (folder / "a.js").read_text() == MEMO


def test_what_a_killed_run_left_is_swept_and_nothing_else_is_made(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(MEMO)
    (tmp_path / temporary_name()).write_text("half")

    assert run("--fix")[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [".cache", "a.js"]


FIELD = """\
class Client {
  ready() {
    if (!this.session) this.session = this.open().then((session) => session)
    return this.session
  }
  async open() { return {} }
}
module.exports = new Client()
"""


@pytest.mark.parametrize(
    ("other", "forbids"),
    [
        ("client.session.then(log)\n", True),
        ("const { session } = require('./a')\n", True),
        ("class Sub extends Client { get() { return this.session } }\n", True),
        ("class Other { get() { return this.session } }\n", False),
        ("// the session of a client\nclient.sessions()\n", False),
    ],
)
def test_a_field_that_another_file_names_is_not_rewritten(
    run: Run, tmp_path: Path, other: str, forbids: bool
) -> None:
    (tmp_path / "a.js").write_text(FIELD)
    (tmp_path / "b.js").write_text(other)
    code, out, _ = run("--fix", "a.js")

    assert code == int(forbids)
    assert ("b.js:1 names session too" in out) is forbids


def test_a_file_that_cannot_be_written_keeps_its_bytes_and_has_its_exit_code(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.js").write_text(MEMO)
    os.symlink("real", tmp_path / "link")
    os.symlink("real/a.js", tmp_path / "b.js")

    for named in ("link/a.js", "b.js"):
        code, out, err = run("--fix", named)
        assert code == 4
        assert "not fixed: lies behind a symbolic link" in out
        assert err[-1].endswith("nextfix writes only inside the package")
    assert (tmp_path / "real" / "a.js").read_text() == MEMO


def test_a_hard_link_keeps_its_bytes_under_its_other_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(MEMO)
    (tmp_path / ".kept.js").hardlink_to(tmp_path / "a.js")

    assert run("--fix")[0] == 0
    assert (tmp_path / ".kept.js").read_text() == MEMO


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--dry-run",), "--dry-run belongs to --fix"),
        (("--style", "documented"), "--style belongs to --fix"),
        (("--fix", "--style", "both"), "there is no style 'both'"),
        (("--fix", "--update-baseline", "--baseline", "b"), "exclude each other"),
        (("--fix", "--dry-run", "-f", "json"), "prints a diff"),
    ],
)
def test_a_wrong_combination_is_a_usage_error(run: Run, arguments: tuple[str, ...], words: str) -> None:
    code, out, err = run(*arguments)

    assert (code, out) == (2, "")
    assert words in err[-1]
