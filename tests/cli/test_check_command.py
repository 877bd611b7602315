"""`nextfix check`, from the command line to the exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from patcher.analysis.facts.code import MAX_OCCURRENCES
from patcher.cli.main import main
from patcher.report.findings.outputs import ReportFormat
from patcher.scan import read as reading
from tests.cli.conftest import Run
from tests.report.records import SCHEMA
from tests.synthetic import make_project

RULE = "next/server-promise"

KEPT = """\
class Client {
  ready() {
    if (!this.readyPromise) {
      this.readyPromise = this.open().then((session) => session)
    }
    return this.readyPromise
  }
  async open() {
    return {}
  }
}
module.exports = new Client()
"""
FIELD = "kept-promise-field"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    make_project(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("project")
def test_an_affected_copy_is_found_and_the_reason_is_the_last_line(run: Run) -> None:
    code, out, err = run("--scope", "rules")

    assert code == 1
    assert f"error[{RULE}]" in out
    assert "this.serverPromise = this.loadConfig()" in out
    assert err[-1].startswith("nextfix: ")
    assert "errors" in err[-1]


def test_nothing_to_look_at_is_not_clean(run: Run) -> None:
    code, out, err = run()

    assert code == 3
    assert "nothing was looked at" in out
    assert err[-1].startswith("nextfix: nothing to look at")


@pytest.mark.usefixtures("project")
def test_a_rewritten_copy_is_clean(run: Run) -> None:
    with pytest.raises(SystemExit):
        main(["apply"])
    code, out, err = run("--scope", "rules", "--applied")

    assert (code, err) == (0, [])
    assert out.splitlines()[-1] == "no findings in 3 files and 1 installed copy"
    assert run("--scope", "rules", "-q") == (0, "", [])


def test_a_copy_that_somebody_else_changed_is_refused_and_named(run: Run, tmp_path: Path) -> None:
    make_project(tmp_path, files={"dist/server/next.js": "exports.a = 1;\n"})
    code, out, err = run("--scope", "rules")

    assert code == 4
    assert "modified" in out
    assert err[-1].startswith("nextfix: node_modules/next: dist/server/next.js: ")


def test_every_output_is_written_in_one_run(run: Run, project: Path) -> None:
    code, out, _ = run("--scope", "rules", "-o", "-", "-o", "sarif:a.out", "-o", "b.json", "-o", "c.xml")

    assert code == 1
    assert f"error[{RULE}]" in out
    assert json.loads((project / "a.out").read_text())["version"] == "2.1.0"
    assert (project / "c.xml").read_text().startswith("<?xml")
    Draft202012Validator(SCHEMA).validate(json.loads((project / "b.json").read_text()))


@pytest.mark.usefixtures("project")
def test_json_on_standard_output_is_one_object_that_keeps_to_the_schema(run: Run) -> None:
    code, out, _ = run("--scope", "rules", "--format", "json")

    data = json.loads(out)
    Draft202012Validator(SCHEMA).validate(data)
    assert code == 1
    assert {finding["rule"] for finding in data["findings"]} >= {RULE, "next/request-handler-promise"}
    assert data["copies"][0]["path"] == "node_modules/next"


def test_a_baseline_accepts_today_s_findings_and_a_new_one_fails(run: Run, project: Path) -> None:
    code, out, _ = run("--scope", "rules", "--baseline", "b.json", "--update-baseline")
    assert code == 0
    assert "findings accepted" in out
    code, out, _ = run("--scope", "rules", "--baseline", "b.json")
    assert (code, "in the baseline" in out) == (0, True)

    baseline = json.loads((project / "b.json").read_text())
    baseline["findings"] = [entry for entry in baseline["findings"] if entry["rule"] != RULE]
    (project / "b.json").write_text(json.dumps(baseline))
    code, out, _ = run("--scope", "rules", "--baseline", "b.json")
    assert code == 1
    assert out.count("error[") == out.count(f"error[{RULE}]") == 1


@pytest.mark.usefixtures("project")
def test_applied_cannot_be_talked_out_of_an_affected_copy(run: Run) -> None:
    run("--scope", "rules", "--baseline", "b.json", "--update-baseline")
    code, _, err = run("--scope", "rules", "--baseline", "b.json", "--applied")

    assert code == 1
    assert "1 copy to be rewritten by 'nextfix apply'" in err[-1]


@pytest.mark.usefixtures("project")
def test_an_update_without_a_file_is_refused(run: Run) -> None:
    code, _, err = run("--update-baseline")

    assert code == 2
    assert "add --baseline FILE" in err[-1]


def test_the_configuration_counts_and_the_command_line_is_stronger(run: Run, project: Path) -> None:
    (project / "nextfix.toml").write_text(
        f'fail-on = "error"\nscope = "rules"\n[severity]\n"{RULE}" = "note"\n'
    )
    _, out, _ = run("--format", "json")
    rules = {finding["rule"]: finding["severity"] for finding in json.loads(out)["findings"]}
    assert rules[RULE] == "note"

    (project / "nextfix.toml").write_text(
        'fail-on = "error"\nscope = "rules"\n[severity]\n'
        + "\n".join(f'"{rule}" = "warning"' for rule in rules)
    )
    assert run()[0] == 0
    assert run("--fail-on", "warning")[0] == 1


def test_apply_writes_the_configured_style(run: Run, project: Path) -> None:
    (project / "nextfix.toml").write_text('style = "single-flight"\nscope = "rules"\n')
    with pytest.raises(SystemExit):
        main(["apply"])

    receipts = list((project / "node_modules" / ".nextfix").rglob("*.json"))
    assert [json.loads(receipt.read_text())["style"] for receipt in receipts] == ["single-flight"]
    assert run()[0] == 0


def test_export_writes_the_configured_style_too(run: Run, project: Path) -> None:
    to = ("--to", "patch-package")
    (project / "nextfix.toml").write_text('style = "documented"\n')
    named = run(*to, "--style", "single-flight", command="export")
    default = run(*to, command="export")
    (project / "nextfix.toml").write_text('style = "single-flight"\n')

    assert run(*to, command="export") == named != default


def test_an_excluded_folder_is_not_looked_at(run: Run, project: Path) -> None:
    (project / "nextfix.toml").write_text('exclude = ["node_modules/next/"]\nscope = "rules"\n')

    assert run("-f", "json")[0] == 3


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--scope", "sources"), "'sources' is not a scope"),
        (("--fail-on", "fatal"), "fatal"),
        (("--format", "html"), "html"),
        (("-o", "report"), "no format is known"),
        (("-q", "-v"), "exclude each other"),
        (("--baseline", "no.json"), "there is no baseline"),
        (("--config", "no.toml"), "there is no such configuration"),
    ],
)
def test_a_wrong_option_is_a_usage_error_that_says_which(
    run: Run, arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run(*arguments)

    assert (code, out) == (2, "")
    assert words in err[-1]


@pytest.mark.usefixtures("project")
def test_a_path_that_does_not_exist_is_nothing_to_look_at(run: Run) -> None:
    code, _, err = run("no/such/folder")

    assert code == 3
    assert err[-1] == "nextfix: no/such/folder: no such file or folder"


def findings(out: str) -> list[tuple[str, str, int]]:
    """What a JSON report found: (rule, path, line)."""
    return [(found["rule"], found["path"], found["line"]) for found in json.loads(out)["findings"]]


def test_own_source_is_analysed_and_shown(run: Run, tmp_path: Path) -> None:
    (tmp_path / "client.js").write_text(KEPT)
    code, out, _ = run()

    assert code == 1
    assert f"[{FIELD}]" in out
    assert "4 |       this.readyPromise = this.open()" in out
    assert "1 file" in out.splitlines()[-1]


def test_source_and_dependencies_are_scopes_of_their_own(run: Run, tmp_path: Path) -> None:
    for folder in ("src", "node_modules/dep"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "client.js").write_text(KEPT)
    (tmp_path / "node_modules/dep/package.json").write_text('{"name": "dep", "version": "1.0.0"}')
    own, theirs = (FIELD, "src/client.js", 4), (FIELD, "node_modules/dep/client.js", 4)

    assert findings(run("-f", "json")[1]) == [own]
    assert findings(run("-f", "json", "--scope", "source")[1]) == [own]
    assert findings(run("-f", "json", "--scope", "deps")[1]) == [theirs]
    assert findings(run("-f", "json", "--scope", "all")[1]) == [theirs, own]
    assert findings(run("-f", "json", "--scope", "all", "src")[1]) == [own]


@pytest.mark.parametrize("cache", [[], ["--no-cache"]])
def test_a_run_says_the_same_whatever_ran_before_it(run: Run, tmp_path: Path, cache: list[str]) -> None:
    for folder in ("src", "node_modules/dep"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "client.js").write_text(KEPT)
    once = [run("-f", "json", "--scope", scope, *cache)[1] for scope in ("source", "deps", "all")]
    again = [run("-f", "json", "--scope", scope, *cache)[1] for scope in ("source", "deps", "all")]

    assert again == once
    (tmp_path / "src" / "client.js").write_text("module.exports = 1\n")
    assert findings(run("-f", "json", *cache)[1]) == []


@pytest.mark.usefixtures("project")
def test_a_site_that_a_rule_names_is_not_told_a_second_time_by_the_analysis(run: Run) -> None:
    places = [found[1:] for found in findings(run("-f", "json", "--scope", "all")[1])]

    assert len(places) == len(set(places))


def test_an_inline_ignore_with_a_reason_is_clean_and_an_unused_one_is_not(run: Run, tmp_path: Path) -> None:
    ignored = KEPT.replace(
        "      this.readyPromise =", f"      // nextfix-ignore {FIELD}: at start\n      this.readyPromise ="
    )
    (tmp_path / "client.js").write_text(ignored)
    code, out, _ = run()
    assert (code, "1 ignored inline" in out) == (0, True)

    (tmp_path / "client.js").write_text(f"// nextfix-ignore {FIELD}: gone\nmodule.exports = 1\n")
    code, out, _ = run()
    assert (code, "warning[ignore/unused]" in out) == (1, True)


def test_include_and_exclude_choose_the_source_and_a_named_file_needs_no_include(
    run: Run, tmp_path: Path
) -> None:
    for name in ("a.js", "b.js", "c.js"):
        (tmp_path / name).write_text(KEPT)
    (tmp_path / "nextfix.toml").write_text('include = ["[ab].js"]\nexclude = ["b.js"]\n')

    assert [path for _, path, _ in findings(run("-f", "json")[1])] == ["a.js"]
    assert [path for _, path, _ in findings(run("-f", "json", "b.js", "c.js")[1])] == ["c.js"]


def test_a_named_file_that_the_configuration_excludes_is_said_and_does_not_fail_a_hook(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.js").write_text(KEPT)
    (tmp_path / "nextfix.toml").write_text('exclude = ["a.js"]\n')

    assert run("a.js") == (0, "no findings in 0 files; 1 excluded by the configuration\n", [])
    assert run()[0] == 3


def test_a_file_that_cannot_be_analysed_is_skipped_aloud_and_never_clean(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    (tmp_path / "large.js").write_text(KEPT)
    code, out, err = run()

    assert code == 6
    assert "skipped large.js: larger than" in out
    assert err[-1].startswith("nextfix: 1 file could not be checked")


def test_a_file_with_a_syntax_error_is_said_and_what_was_found_in_it_stays(run: Run, tmp_path: Path) -> None:
    (tmp_path / "half.js").write_text(KEPT + "\nfunction ( {\n")
    (tmp_path / "quiet.js").write_text("const x = = 1\n")
    code, out, err = run()

    assert code == 6
    assert err[-1].startswith(
        "nextfix: 1 warning; 1 file could not be checked; half.js: syntax error in line 14"
    )
    assert FIELD in out
    assert "skipped half.js: syntax error in line 14" in out
    (tmp_path / "half.js").unlink()
    (tmp_path / "quiet.js").write_text("async function f() {}\nconst x = = 1\n")
    assert run()[0] == 6


def test_what_no_server_runs_is_counted_and_read_when_asked_for(run: Run, tmp_path: Path) -> None:
    for place in ("node_modules/jest/index.js", "node_modules/pg/index.js"):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_text(KEPT)
    _, out, _ = run("--scope", "deps")
    _, thorough, _ = run("--scope", "deps", "--thorough", "--verbose")

    assert "node_modules/pg" in out
    assert "node_modules/jest" not in out
    assert "1 left out as no server runs them" in out
    assert "node_modules/jest/index.js" in thorough
    assert "not read" not in thorough


def test_a_syntax_error_in_a_file_that_no_server_runs_ends_no_build(run: Run, tmp_path: Path) -> None:
    package = tmp_path / "node_modules/pg"
    (package / ".history").mkdir(parents=True)
    (package / "package.json").write_text('{"name": "pg", "version": "8.0.0", "exports": "./index.js"}')
    (package / "index.js").write_text("module.exports = 1\n")
    (package / ".history/index_2.js").write_text(KEPT + "\nfunction ( {\n")
    code, out, _ = run("--scope", "deps")
    thorough = run("--scope", "deps", "--thorough")

    assert code == 0
    assert "1 left out as no server runs them" in out
    assert "skipped node_modules/pg/.history/index_2.js: syntax error in line 14" in thorough[1]


def complete(shell: str, words: str, **more: str) -> str:
    """What a completion script of `shell` would get for `words`."""
    environment = os.environ | {
        "_NEXTFIX_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": words,
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        **more,
    }
    code = "from patcher.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    return done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_and_options_complete_in_every_shell(shell: str) -> None:
    more = {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}

    assert "check" in complete(shell, "nextfix ch", **more)
    assert "--baseline" in complete(shell, "nextfix check --ba", **more)
    assert "sarif" in complete(shell, "nextfix check --format sa", **more)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_of_every_shell_calls_nextfix(shell: str) -> None:
    script = complete(shell, "", _NEXTFIX_COMPLETE=f"source_{shell}")

    assert "_NEXTFIX_COMPLETE=complete_" in script


@pytest.mark.parametrize("format", ReportFormat)
def test_a_name_that_stands_too_often_to_be_followed_is_said_in_every_report(
    format: ReportFormat, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/often.js").write_text(
        "let session;\nexports.f = async () => { if (!session) session = fetch('/'); return session };\n"
        + "session;\n" * MAX_OCCURRENCES
    )

    code, out, err = run("--scope", "source", "--format", format, "--no-cache", "src")

    assert code == 6
    assert "has `session` more than 4,000 times" in err[-1]
    assert "`session`" in out
    assert "more than 4,000 times" in out
