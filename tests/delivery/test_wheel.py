"""The wheel and the sdist: what an install adds, and that it works where nothing else is installed."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.synthetic import make_project

REPOSITORY = Path(__file__).parents[2]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def python(version: str) -> str:
    """An interpreter of `version`: on the path, or one that pyenv or uv has installed."""
    home = Path.home()
    places = [
        *home.glob(f".pyenv/versions/{version}.*/bin/python"),
        *home.glob(f".local/share/uv/python/cpython-{version}.*/bin/python3"),
    ]
    on_path = shutil.which(f"python{version}")
    for path in [*map(str, places), *([on_path] if on_path else [])]:
        # a shim of pyenv may be there without the interpreter
        if subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    pytest.skip(f"no Python {version} on this machine")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that is built from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(REPOSITORY)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def test_the_wheel_adds_one_package_with_rules_ledger_and_preload_inside(built: Path) -> None:
    [wheel] = built.glob("*.whl")

    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert {name.split("/")[0].split("-")[0] for name in names} == {"patcher", "nextfix"}
    assert "patcher/rules/next/loadable.py" in names
    assert any(name.startswith("patcher/patches/next/") and name.endswith(".json") for name in names)
    assert {"patcher/export/require_hook.cjs", "patcher/py.typed"} <= set(names)
    assert wheel.name.endswith("-py3-none-any.whl")


def test_the_sdist_holds_sources_and_tests_and_of_releases_only_facts(built: Path) -> None:
    [sdist] = built.glob("*.tar.gz")

    with tarfile.open(sdist) as archive:
        names = ["/".join(name.split("/")[1:]) for name in archive.getnames()]

    assert {"pyproject.toml", "README.md", "LICENSE", "patcher/__init__.py", "tests/synthetic.py"} <= set(
        names
    )
    assert not [
        name
        for name in names
        if "node_modules" in name
        or (name.startswith("patches/") and not name.endswith((".json", "README.md")))
    ]


@pytest.mark.parametrize("version", PYTHONS)
def test_a_clean_environment_checks_applies_and_reverts(built: Path, tmp_path: Path, version: str) -> None:
    interpreter = python(version)
    subprocess.run([interpreter, "-m", "venv", str(tmp_path / "venv")], check=True, capture_output=True)
    programs = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    [wheel] = built.glob("*.whl")
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    make_project(tmp_path / "app")

    codes = [
        subprocess.run([str(programs / "nextfix"), *command], cwd=tmp_path / "app", check=False).returncode
        for command in (["status"], ["apply"], ["status", "--applied"], ["revert"], ["export"])
    ]

    assert codes == [1, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("program", "arguments"),
    [("uvx", ["--from", "WHEEL", "nextfix"]), ("pipx", ["run", "--spec", "WHEEL", "nextfix"])],
)
def test_the_runners_of_the_readme_run_it(
    built: Path, tmp_path: Path, program: str, arguments: list[str]
) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    [wheel] = built.glob("*.whl")
    command = [program, *(argument.replace("WHEEL", str(wheel)) for argument in arguments), "--version"]

    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert result.stdout.startswith("nextfix ")
