"""No network, no code of the project: what nextfix must not do is planted, blocked and watched for."""

import json
import os
import re
import subprocess
import sys
import tomllib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

from tests.audit import verdict
from tests.synthetic import make_project

ROOT = Path(__file__).parent.parent
COMMANDS = (
    ["check", "--scope", "all"],
    ["status"],
    ["diff"],
    ["export", "--to", "patch-package"],
    ["check", "--fix", "--dry-run"],
    ["check", "--fix"],
    ["apply"],
    ["status"],
    ["revert"],
    ["rules"],
    ["explain", "next/server-promise"],
)

# Loaded by Python itself before nextfix: every way to the network, and to another process, tells and fails.
_GUARD = """\
import sys
def _refuse(event, arguments):
    started = event in ("subprocess.Popen", "os.posix_spawn")  # from Python 3.13 on the first does the second
    if started and arguments[1][1:] == ["--version"] and "node_modules" not in arguments[1][0]:
        return  # which Node the machine has
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork")):
        with open(TELL, "a") as file:
            file.write(f"{event} {arguments!r:.200}\\n")
        raise RuntimeError(f"{event} is not allowed here")
sys.addaudithook(_refuse)
"""

_TELLING = "require('fs').appendFileSync({tell!r}, 'javascript of the project ran\\n');\n"
_TELLING_PYTHON = "open({tell!r}, 'a').write('python of the project ran\\n')\n"


@pytest.fixture
def watched(tmp_path: Path) -> tuple[Path, Path]:
    """A project full of code that would tell if it were run, and the file to which it would tell."""
    tell = tmp_path / "told"
    root = tmp_path / "app"
    copy = make_project(root)
    javascript = _TELLING.format(tell=str(tell))
    python = _TELLING_PYTHON.format(tell=str(tell))
    for path in (
        "index.js",
        "next.config.js",
        "node_modules/next/dist/own.js",
        "src/a.js",
        ".pnp.loader.mjs",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(javascript)
    (root / "src/memo.js").write_text(
        f"{javascript}async function load() {{}}\nlet p\nexports.f = () => (p ??= load())\n"
    )
    for path in (
        "sitecustomize.py",
        "usercustomize.py",
        "conftest.py",
        "rules/own.py",
        "patcher/__init__.py",
        "yaml.py",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(python)
    scripts = dict.fromkeys(("preinstall", "install", "postinstall", "prepare"), f"echo ran >> {tell}")
    for folder in (root, copy):
        manifest = json.loads((folder / "package.json").read_text())
        (folder / "package.json").write_text(json.dumps({**manifest, "scripts": scripts}))
    (root / "node_modules/.bin").mkdir()
    (root / "node_modules/.bin/node").write_text(f"#!/bin/sh\necho ran >> {tell}\necho v20.0.0\n")
    (root / "node_modules/.bin/node").chmod(0o755)
    (root / ".npmrc").write_text(f"node-options=--require {root}/index.js\nregistry=http://127.0.0.1:9/\n")
    (root / "pnpm-workspace.yaml").write_text(
        f"packages: !!python/object/apply:os.system ['echo ran >> {tell}']\n"
    )
    return root, tell


def _run(root: Path, tell: Path, guard: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    guard.mkdir(exist_ok=True)
    (guard / "sitecustomize.py").write_text(f"TELL = {str(tell)!r}\n{_GUARD}")
    script = Path(sys.executable).with_name("nextfix")
    path = os.pathsep.join((str(root / "node_modules/.bin"), ".", os.environ["PATH"]))  # as in an npm script
    node = f"--require {root}/index.js"
    environment = {**os.environ, "PYTHONPATH": str(guard), "NODE_OPTIONS": node, "PATH": path}
    return subprocess.run(
        [str(script), *arguments], cwd=root, env=environment, capture_output=True, text=True, timeout=120
    )


def test_no_command_on_a_project_uses_the_network_or_runs_its_code(
    watched: tuple[Path, Path], tmp_path: Path
) -> None:
    root, tell = watched
    for arguments in COMMANDS:
        ran = _run(root, tell, tmp_path / "guard", arguments)
        assert ran.returncode in (0, 1), (arguments, ran.stderr)
        assert "defect" not in ran.stderr, (arguments, ran.stderr)
        assert not tell.exists(), (arguments, tell.read_text())
    assert "pResult.value" in (root / "src/memo.js").read_text()  # --fix wrote it, and ran nothing of it


def test_the_guard_itself_sees_a_socket_and_a_process(tmp_path: Path) -> None:
    guard, tell = tmp_path / "guard", tmp_path / "told"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(f"TELL = {str(tell)!r}\n{_GUARD}")
    for program in ("import socket; socket.socket()", "import subprocess; subprocess.run(['true'])"):
        environment = {**os.environ, "PYTHONPATH": str(guard)}
        ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
        assert ran.returncode == 1
        assert "is not allowed here" in ran.stderr
    assert tell.read_text().startswith("socket.")
    assert "subprocess." in tell.read_text()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_has_a_lowest_release_and_a_place_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lock = (ROOT / "tests/requirements.lock").read_text()
    pinned = {_normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)}
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["test"]]
    for requirement in wanted:
        name = re.match(r"[A-Za-z0-9._-]+", requirement)
        assert name is not None
        assert _normal(name[0]) in pinned, requirement
    assert all(">=" in requirement for requirement in project["project"]["dependencies"])


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_what_a_dependency_needs_on_any_python_has_a_place_in_the_lock(python: str) -> None:
    lock = (ROOT / "tests/requirements.lock").read_text()
    pinned = dict(re.findall(r"^([A-Za-z0-9._-]+)==\S+(?: ; (.+?))? \\$", lock, re.MULTILINE))
    here = {"python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    there = {_normal(name) for name, marker in pinned.items() if not marker or Marker(marker).evaluate(here)}
    assert len(there) > 20
    for name in there:
        with suppress(PackageNotFoundError):  # one that this Python does not need
            for line in requires(name) or ():
                needed = Requirement(line)
                if needed.marker is None or needed.marker.evaluate(here):
                    assert _normal(needed.name) in there, f"{name} needs {line}"


def test_the_lock_pins_every_package_by_hash_and_names_no_host() -> None:
    lock = (ROOT / "tests/requirements.lock").read_text()
    entries = re.split(r"^(?=[A-Za-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", lock), flags=re.MULTILINE)[1:]

    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+==\S+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", lock)


def test_an_audit_fails_on_a_finding_and_only_tells_of_data_that_cannot_be_had() -> None:
    sound: dict[str, object] = {"name": "a", "version": "1", "vulns": []}
    unknown: dict[str, object] = {"name": "b", "skip_reason": "not found"}
    bad: dict[str, object] = {
        "name": "c",
        "version": "2",
        "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}],
    }

    def said(*packages: dict[str, object]) -> tuple[int, str]:
        return verdict(json.dumps({"dependencies": packages}), "")

    assert said(sound) == (0, "audited: 1 of 1 packages, 0 vulnerable")
    assert said(sound, unknown)[0] == 0
    assert "NOT AUDITED: no data here for 1 of 2 packages: b" in said(sound, unknown)[1]
    assert said(sound, unknown, bad)[0] == 1
    assert "VULNERABLE: c 2: PYSEC-1, fixed in 3" in said(bad)[1]
    assert verdict("", "Traceback\nno route to host") == (
        0,
        "NOT AUDITED: pip-audit could not get its data: no route to host",
    )
