"""`--scope deps`: what check finds in packages without rules is rewritten, shown, exported and put back."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.releases import install

MEMO = """\
"use strict"
let p
async function load() { return 1 }
exports.get = function get() {
  if (!p) p = load()
  return p
}
"""
ESM = "let p\nasync function load() { return 1 }\nexport function get() {\n  if (!p) p = load()\n  return p\n}\n"
FOREIGN = 'const als = require("als")\n' + MEMO.replace("return 1", "return als.getStore()")
EXPORTS = {".": {"import": "./esm.mjs", "require": "./index.js"}}


def package(folder: Path, name: str, files: dict[str, str], **more: object) -> Path:
    here = folder / "node_modules" / name
    here.mkdir(parents=True)
    (here / "package.json").write_text(json.dumps({"name": name, "version": "1.0.0", **more}))
    for path, text in files.items():
        (here / path).write_bytes(text.encode())
    return here


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text(
        '{"name": "app", "dependencies": {"memo": "1.0.0", "asks": "1.0.0"}}'
    )
    (tmp_path / "package-lock.json").write_text("{}")
    package(tmp_path, "memo", {"index.js": MEMO, "esm.mjs": ESM}, exports=EXPORTS, main="index.js")
    package(tmp_path, "asks", {"index.js": FOREIGN})
    return tmp_path


def read(app: Path, path: str) -> str:
    return (app / "node_modules" / path).read_text()


def test_both_builds_of_a_package_are_rewritten_once_and_put_back_exactly(run: Run, app: Path) -> None:
    code, out, err = run("--scope", "deps", command="apply")
    assert (code, out) == (
        0,
        "rewritten memo@1.0.0  node_modules/memo: kept-promise-module (detached, uncertified)\n",
    )
    assert any("left in asks@1.0.0" in line and "asks for the request" in line for line in err)
    once = read(app, "memo/index.js")
    assert once.startswith(MEMO.replace("p = load()", "p = nextfixRoot(() => load())"))
    assert "p = nextfixRoot(() => load())" in read(app, "memo/esm.mjs")
    assert read(app, "asks/index.js") == FOREIGN

    again = run("--scope", "deps", command="apply")
    assert again[:2] == (0, "nothing to do: 1 copy has its rewrites\n")
    assert read(app, "memo/index.js") == once
    assert run("--applied", command="status")[0] == 0

    assert run(command="revert")[0] == 0
    assert (read(app, "memo/index.js"), read(app, "memo/esm.mjs")) == (MEMO, ESM)


def test_check_says_of_each_finding_whether_apply_would_take_it(run: Run, app: Path) -> None:
    _, out, _ = run(
        "--scope", "deps", "--no-cache", "--format", "json", "--fail-on", "error", command="check"
    )
    said = {found["path"]: found["fix"] for found in json.loads(out)["findings"]}
    assert said == {
        "node_modules/memo/index.js": "available",
        "node_modules/memo/esm.mjs": "available",
        "node_modules/asks/index.js": "none",
    }
    _, text, _ = run("--scope", "deps", "--no-cache", "--fail-on", "error", command="check")
    assert text.count("= fix: available: nextfix apply --scope deps --package memo") == 2
    assert "--package asks" not in text

    run("--scope", "deps", command="apply")
    assert "nextfixRoot" in read(app, "memo/index.js")
    assert read(app, "asks/index.js") == FOREIGN


@pytest.mark.usefixtures("app")
def test_check_says_of_a_note_that_apply_leaves_it(run: Run) -> None:
    Path("nextfix.toml").write_text('[severity]\nkept-promise-module = "note"\n')
    _, out, _ = run("--scope", "deps", "--no-cache", "--format", "json", command="check")
    assert {found["fix"] for found in json.loads(out)["findings"]} == {"none"}
    assert run("--scope", "deps", command="apply")[:2] == (0, "")


def test_a_dry_run_and_a_diff_write_nothing(run: Run, app: Path) -> None:
    code, out, _ = run("--scope", "deps", "--dry-run", command="apply")
    assert (code, out.split()[:3]) == (1, ["would", "rewrite", "memo@1.0.0"])
    code, out, _ = run("--scope", "deps", command="diff")
    assert (code, out.count("+  if (!p) p = nextfixRoot(() => load())")) == (1, 2)
    assert read(app, "memo/index.js") == MEMO


def test_a_package_that_rules_know_is_made_in_the_root_too_where_only_findings_are_asked_for(
    run: Run, app: Path
) -> None:
    here = package(app, "kysely", {"index.js": MEMO})
    (here / "package.json").write_text('{"name": "kysely", "version": "0.28.19"}')

    code, out, _ = run("--scope", "deps", "--package", "kysely", command="apply")
    assert (code, out.count("(detached, uncertified)")) == (0, 1)
    assert "p = nextfixRoot(() => load())" in read(app, "kysely/index.js")


def test_another_release_of_such_a_package_in_which_nothing_was_found_is_left_alone(
    run: Run, app: Path
) -> None:
    package(app, "kysely", {"index.js": MEMO})
    (app / "node_modules/kysely/package.json").write_text('{"name": "kysely", "version": "0.28.19"}')
    nested = package(app / "node_modules/memo", "kysely", {"index.js": "exports.a = 1\n"})
    (nested / "package.json").write_text('{"name": "kysely", "version": "0.28.18"}')

    code, out, _ = run("--scope", "deps", "--verbose", command="apply")
    assert (code, "kysely@0.28.19" in out, "kysely@0.28.18" in out) == (0, True, False)


def test_one_package_can_be_named(run: Run, app: Path) -> None:
    code, out, _ = run("--scope", "deps", "--package", "asks", command="apply")
    assert (code, out) == (0, "")
    assert read(app, "memo/index.js") == MEMO


def test_a_file_that_was_changed_after_it_was_rewritten_is_refused(run: Run, app: Path) -> None:
    run("--scope", "deps", command="apply")
    (app / "node_modules/memo/index.js").write_text(MEMO + "// mine\n")

    code, _, err = run("--scope", "deps", command="apply")
    assert code == 4
    assert any("changed after nextfix wrote it" in line for line in err)
    assert read(app, "memo/index.js") == MEMO + "// mine\n"


def test_the_preload_has_what_dependencies_need(run: Run, app: Path) -> None:
    code, _, _ = run("--scope", "deps", "--to", "require-hook", "--write", command="export")
    assert code == 0
    program = "const get = require('memo').get; console.log(String(get).includes('nextfixRoot'))"
    command = ["node", "--require", "./nextfix-hook.cjs", "-e", program]
    assert subprocess.check_output(command, cwd=app, text=True) == "true\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--package", "memo"], "--package belongs to --scope deps"),
        (["--scope", "source"], "check --fix"),
        (["--scope", "sources"], "sources"),
    ],
)
@pytest.mark.usefixtures("app")
def test_words_that_do_not_fit_are_usage_errors(run: Run, arguments: list[str], words: str) -> None:
    code, _, err = run(*arguments, command="apply")
    assert code == 2
    assert words in err[-1]


def test_dependencies_without_findings_are_a_good_end_and_none_at_all_is_not(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "package.json").write_text("{}")
    assert run("--scope", "deps", command="apply")[0] == 3
    package(tmp_path, "plain", {"index.js": "exports.a = async () => 1\n"})
    assert run("--scope", "deps", command="apply")[0] == 0


@pytest.mark.registry
def test_another_style_says_what_detached_would_free_in_addition(run: Run, tmp_path: Path) -> None:
    install(tmp_path, "next", "13.0.7")
    (tmp_path / "package.json").write_text('{"name": "app", "dependencies": {"next": "13.0.7"}}')

    def said(style: str) -> list[str]:
        _, out, _ = run("--dry-run", "--style", style, command="apply")
        return [line for line in out.splitlines() if "would free in addition" in line]

    assert said("documented") == []
    (tmp_path / "next.config.mjs").write_text("export default {}\n")
    assert len(said("documented")) == len(said("single-flight")) == 1
    assert said("detached") == []
