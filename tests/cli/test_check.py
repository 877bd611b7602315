"""`nextfix check`, from the command line to the exit code."""

import json
import os
import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator

from patcher.cli.main import main
from patcher.report.json_report import report_schema
from tests.synthetic import make_project

RULE = "next/server-promise"


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Runs check in `tmp_path`: (exit code, standard output, lines of standard error)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def check(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["check", *arguments])
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err.splitlines()

    return check


@pytest.fixture
def project(tmp_path):
    make_project(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("project")
def test_an_affected_copy_is_found_and_the_reason_is_the_last_line(run):
    code, out, err = run("--scope", "rules")

    assert code == 1
    assert f"error[{RULE}]" in out
    assert "this.serverPromise = this.loadConfig()" in out
    assert err[-1].startswith("nextfix: ")
    assert "errors" in err[-1]


def test_nothing_to_look_at_is_not_clean(run):
    code, out, err = run()

    assert code == 3
    assert "nothing was looked at" in out
    assert err[-1].startswith("nextfix: nothing to look at")


def test_a_copy_of_a_release_without_the_defect_is_clean(run, tmp_path):
    make_project(tmp_path, version="9.0.0")

    assert run("--scope", "rules") == (0, "no findings in 1 installed copy\n", [])
    assert run("--scope", "rules", "-q") == (0, "", [])


def test_a_copy_that_somebody_else_changed_is_refused_and_named(run, tmp_path):
    make_project(tmp_path, files={"dist/server/next.js": "exports.a = 1;\n"})
    code, out, err = run("--scope", "rules")

    assert code == 4
    assert "modified" in out
    assert err[-1].startswith("nextfix: node_modules/next: dist/server/next.js: ")


def test_every_output_is_written_in_one_run(run, project):
    code, out, _ = run("--scope", "rules", "-o", "-", "-o", "sarif:a.out", "-o", "b.json", "-o", "c.xml")

    assert code == 1
    assert f"error[{RULE}]" in out
    assert json.loads((project / "a.out").read_text())["version"] == "2.1.0"
    assert (project / "c.xml").read_text().startswith("<?xml")
    Draft202012Validator(report_schema()).validate(json.loads((project / "b.json").read_text()))


@pytest.mark.usefixtures("project")
def test_json_on_standard_output_is_one_object_that_keeps_to_the_schema(run):
    code, out, _ = run("--scope", "rules", "--format", "json")

    data = json.loads(out)
    Draft202012Validator(report_schema()).validate(data)
    assert code == 1
    assert {finding["rule"] for finding in data["findings"]} >= {RULE, "next/request-handler-promise"}
    assert data["copies"][0]["path"] == "node_modules/next"


def test_a_baseline_accepts_today_s_findings_and_a_new_one_fails(run, project):
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
def test_applied_cannot_be_talked_out_of_an_affected_copy(run):
    run("--scope", "rules", "--baseline", "b.json", "--update-baseline")
    code, _, err = run("--scope", "rules", "--baseline", "b.json", "--applied")

    assert code == 1
    assert "1 copy to be rewritten by 'nextfix apply'" in err[-1]


@pytest.mark.usefixtures("project")
def test_an_update_without_a_file_is_refused(run):
    code, _, err = run("--update-baseline")

    assert code == 2
    assert "add --baseline FILE" in err[-1]


def test_the_configuration_counts_and_the_command_line_is_stronger(run, project):
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


def test_an_excluded_folder_is_not_looked_at(run, project):
    (project / "nextfix.toml").write_text('exclude = ["node_modules/next/"]\nscope = "rules"\n')

    assert run("-f", "json")[0] == 3


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--scope", "sources"), "'sources' is no scope"),
        (("--fail-on", "fatal"), "fatal"),
        (("--format", "html"), "html"),
        (("-o", "report"), "no format is known"),
        (("-q", "-v"), "exclude each other"),
        (("--baseline", "no.json"), "there is no baseline"),
        (("--config", "no.toml"), "there is no such configuration"),
    ],
)
def test_a_wrong_option_is_a_usage_error_that_says_which(run, arguments, words):
    code, out, err = run(*arguments)

    assert (code, out) == (2, "")
    assert words in err[-1]


@pytest.mark.usefixtures("project")
def test_a_path_that_does_not_exist_is_nothing_to_look_at(run):
    code, _, err = run("no/such/folder")

    assert code == 3
    assert err[-1] == "nextfix: no/such/folder: no such file or folder"


def complete(shell, words, **more):
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
def test_commands_and_options_complete_in_every_shell(shell):
    more = {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}

    assert "check" in complete(shell, "nextfix ch", **more)
    assert "--baseline" in complete(shell, "nextfix check --ba", **more)
    assert "sarif" in complete(shell, "nextfix check --format sa", **more)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_of_every_shell_calls_nextfix(shell):
    script = complete(shell, "", _NEXTFIX_COMPLETE=f"source_{shell}")

    assert "_NEXTFIX_COMPLETE=complete_" in script
