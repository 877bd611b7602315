"""init composes with what is there, says what it chose, and undo gives back every byte."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from patcher.errors import ExitCode, NextfixError
from patcher.export.project_edits import write_edits
from patcher.setup.init import Wish, init_all, undo_all
from patcher.setup.runner import Origin, command_of

RELEASE = Origin("nextfix==0.1.0", "the package index, release 0.1.0", release=True)
APPLY = "uvx nextfix@0.1.0 apply"
VERIFY = "uvx nextfix@0.1.0 status --applied"
NEXT = {"next": "13.1.6"}


def project(root: Path, text: str, files: dict[str, str] | None = None) -> Path:
    for name, content in {"package.json": text, **(files or {})}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, newline="")
    return root


def do(root: Path, **wish: object) -> list[str]:
    result = init_all(Wish(root, **{"runner": "uvx", "origin": RELEASE, **wish}))  # type: ignore[arg-type]
    write_edits(result.edits)
    return list(result.chosen)


def undo(root: Path) -> None:
    result = undo_all(root)
    write_edits(result.edits)


def scripts(root: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((root / "package.json").read_text())["scripts"]
    return found


def everything(root: Path) -> dict[str, bytes]:
    """Every file with its bytes, and every folder."""
    return {str(p.relative_to(root)): p.read_bytes() if p.is_file() else b"" for p in sorted(root.rglob("*"))}


def test_an_existing_postinstall_goes_on_running_first(tmp_path: Path) -> None:
    project(
        tmp_path,
        '{"scripts": {"postinstall": "prisma generate", "start": "next start"}, "dependencies": {"next": "*"}}',
    )

    do(tmp_path)

    assert scripts(tmp_path) == {
        "postinstall": f"prisma generate && {APPLY}",
        "start": "next start",
        "prestart": VERIFY,
    }


def test_a_yarn_without_pre_scripts_checks_in_the_script_itself(tmp_path: Path) -> None:
    text = json.dumps(
        {"packageManager": "yarn@4.1.0", "scripts": {"build": "next build"}, "dependencies": NEXT}
    )
    project(tmp_path, text)

    said = do(tmp_path)

    assert scripts(tmp_path) == {"build": f"{VERIFY} && next build", "postinstall": APPLY}
    assert "package manager: yarn (packageManager: yarn@4.1.0)" in said


def test_in_a_workspace_the_packages_that_have_next_check_and_the_root_applies(tmp_path: Path) -> None:
    app = json.dumps({"scripts": {"start": "next start"}, "dependencies": NEXT})
    lib = json.dumps({"scripts": {"start": "node ."}})
    project(tmp_path, '{"workspaces": ["p/*"]}', {"p/app/package.json": app, "p/lib/package.json": lib})

    said = do(tmp_path)

    assert scripts(tmp_path) == {"postinstall": APPLY}
    assert scripts(tmp_path / "p" / "app") == {"start": "next start", "prestart": VERIFY}
    assert scripts(tmp_path / "p" / "lib") == {"start": "node ."}
    assert "workspace: 2 packages, next in app" in said
    with pytest.raises(NextfixError, match=r"nextfix init \S*") as caught:
        init_all(Wish(tmp_path / "p" / "app"))
    assert caught.value.code is ExitCode.USAGE


def test_a_second_run_changes_nothing_and_another_runner_takes_over(tmp_path: Path) -> None:
    project(tmp_path, '{"scripts": {"postinstall": "x"}}')
    do(tmp_path)
    assert init_all(Wish(tmp_path, "uvx", origin=RELEASE)).edits == ()

    do(tmp_path, runner="pipx")

    assert scripts(tmp_path)["postinstall"] == "x && pipx run --spec nextfix==0.1.0 nextfix apply"
    undo(tmp_path)
    assert (tmp_path / "package.json").read_text() == '{"scripts": {"postinstall": "x"}}'


names = st.sampled_from(["postinstall", "prestart", "start", "prebuild", "build", "test"])
commands = st.sampled_from(["next start", "a && b", "echo nextfix apply-me", "node -e 'x'"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.none() | st.dictionaries(names, commands, min_size=1),
    st.sampled_from([None, 2, 4, "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["package-lock.json", "yarn.lock"]),
    st.booleans(),
)
@example(None, None, "\n", "package-lock.json", False)
def test_undo_gives_back_every_byte(
    tmp_path: Path,
    given_scripts: dict[str, str] | None,
    indent: int | str | None,
    newline: str,
    lock: str,
    last: bool,
) -> None:
    data: dict[str, object] = {"name": "x", "dependencies": NEXT}
    if given_scripts is not None:
        data = {**data, "scripts": given_scripts} if last else {"scripts": given_scripts, **data}
    text = (json.dumps(data, indent=indent) + "\n").replace("\n", newline)
    project(tmp_path, text)
    (tmp_path / lock).touch()
    before = everything(tmp_path)

    do(tmp_path, ci=True, pre_commit=True)
    assert everything(tmp_path) != before
    undo(tmp_path)

    assert everything(tmp_path) == before
    (tmp_path / lock).unlink()


@pytest.mark.parametrize(
    "hooks",
    [
        "repos:\n- repo: https://example.org/a\n  rev: v1\n  hooks:\n  - id: a\n",
        "# ours\nrepos:\n  - repo: https://example.org/a\n    rev: v1\n    hooks: [{id: a}]\nci:\n  skip: [a]\n",
    ],
)
def test_a_pre_commit_configuration_keeps_its_hooks_comments_and_layout(tmp_path: Path, hooks: str) -> None:
    import yaml

    project(tmp_path, "{}", {".pre-commit-config.yaml": hooks})

    do(tmp_path, pre_commit=True)

    text = (tmp_path / ".pre-commit-config.yaml").read_text()
    found = yaml.safe_load(text)
    assert [repo["repo"] for repo in found["repos"]] == ["https://example.org/a", "local"]
    assert found["repos"][1]["hooks"][0]["entry"].endswith("check --scope source")
    undo(tmp_path)
    assert (tmp_path / ".pre-commit-config.yaml").read_text() == hooks


def test_a_workflow_that_was_edited_is_neither_overwritten_nor_removed(tmp_path: Path) -> None:
    project(tmp_path, "{}")
    do(tmp_path, ci=True)
    path = tmp_path / ".github" / "workflows" / "nextfix.yml"
    path.write_text(path.read_text() + "# mine\n")

    with pytest.raises(NextfixError, match="leave out --ci"):
        init_all(Wish(tmp_path, "uvx", ci=True, origin=RELEASE))
    assert [edit.place for edit in undo_all(tmp_path).edits] == ["package.json"]


def test_without_a_manifest_there_is_nothing_to_wire(tmp_path: Path) -> None:
    with pytest.raises(NextfixError) as caught:
        init_all(Wish(tmp_path))
    assert caught.value.code is ExitCode.NOTHING


@pytest.mark.parametrize("manager", ["npm@10.0.0", "pnpm@9.0.0", "yarn@4.0.0", "yarn@1.22.0", "bun@1.2.0"])
@pytest.mark.parametrize("runner", ["uvx", "pipx", "nextfix"])
def test_the_workflow_is_yaml_that_installs_and_then_checks(
    tmp_path: Path, manager: str, runner: str
) -> None:
    import yaml

    project(tmp_path, json.dumps({"packageManager": manager}))

    do(tmp_path, ci=True, runner=runner)

    steps = yaml.safe_load((tmp_path / ".github/workflows/nextfix.yml").read_text())["jobs"]["nextfix"][
        "steps"
    ]
    runs = [step["run"] for step in steps if "run" in step]
    assert runs[-3].split()[0] == manager.split("@")[0]
    assert runs[-2:] == [
        f"{command_of(runner, RELEASE)} status --applied",
        f"{command_of(runner, RELEASE)} check --format github",
    ]


@pytest.mark.parametrize(
    "script",
    ["npx nextfix apply", "./bin/my-nextfix apply && echo", "yarn nextfix apply", "echo nextfix apply"],
)
def test_commands_of_others_are_neither_replaced_nor_cut_into(tmp_path: Path, script: str) -> None:
    text = json.dumps({"scripts": {"postinstall": script, "prebuild": script, "other": script}})
    project(tmp_path, text)

    assert undo_all(tmp_path).edits == ()
    do(tmp_path)

    assert scripts(tmp_path) == {"postinstall": f"{script} && {APPLY}", "prebuild": script, "other": script}
    undo(tmp_path)
    assert (tmp_path / "package.json").read_text() == text


@pytest.mark.parametrize("value", [1, {"a": "b"}, ["x"], None, True])
def test_a_script_that_is_not_text_is_refused_and_stays(tmp_path: Path, value: object) -> None:
    text = json.dumps({"scripts": {"postinstall": value}})
    for content in (text, json.dumps({"scripts": value if value != {"a": "b"} else "x"})):
        project(tmp_path, content)

        with pytest.raises(NextfixError, match="is not") as caught:
            init_all(Wish(tmp_path, "uvx", origin=RELEASE))

        assert caught.value.code is ExitCode.REFUSED
        assert undo_all(tmp_path).edits == ()


def test_a_gate_holds_before_a_script_that_swallows_failures(tmp_path: Path) -> None:
    text = json.dumps({"scripts": {"build": "next build", "prebuild": "lint || true"}, "dependencies": NEXT})
    project(tmp_path, text)

    do(tmp_path)

    assert scripts(tmp_path)["prebuild"] == f"{VERIFY} && ( lint || true )"
    undo(tmp_path)
    assert (tmp_path / "package.json").read_text() == text


def test_a_pnpm_that_runs_no_pre_scripts_checks_in_the_script_itself(tmp_path: Path) -> None:
    text = json.dumps({"packageManager": "pnpm@8.15.0", "scripts": {"build": "a; b"}, "dependencies": NEXT})
    project(tmp_path, text)

    said = do(tmp_path)

    assert scripts(tmp_path)["build"] == f"{VERIFY} && ( a; b )"
    assert any("pnpm runs no prestart" in line for line in said)


@pytest.mark.parametrize("name", ["package.json", ".github/workflows/nextfix.yml", ".pre-commit-config.yaml"])
def test_a_file_that_is_a_link_out_of_the_project_is_refused(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.write_text("{}")
    root = project(tmp_path / "root", "{}")
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(outside)

    with pytest.raises(NextfixError, match="symbolic link") as caught:
        init_all(Wish(root, "uvx", ci=True, pre_commit=True, origin=RELEASE))

    assert caught.value.code is ExitCode.REFUSED
    assert outside.read_text() == "{}"
