"""The app that is made."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from patcher.prove.app import ENTRY, make_app
from patcher.prove.spec import PAGES, Spec, completed


@pytest.mark.parametrize("tracer", ["dd-trace@3.9.3", "als", "opentelemetry", "none"])
def test_the_app_has_its_tracer_every_page_and_exact_dependencies(tmp_path: Path, tracer: str) -> None:
    make_app(tmp_path, completed(Spec(tracer=tracer)))

    package = json.loads((tmp_path / "package.json").read_text())
    assert all((tmp_path / "pages" / f"{page[1:]}.js").is_file() for page in PAGES)
    assert all(version[0].isdigit() for version in package["dependencies"].values())
    assert not (tmp_path / "tracers").exists()
    assert (tmp_path / "tracer.mjs").read_text()


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js to parse the app's modules")
def test_every_module_of_the_server_parses(tmp_path: Path) -> None:
    for number, tracer in enumerate(["dd-trace@3.9.3", "als", "opentelemetry", "none"]):
        folder = tmp_path / str(number)
        folder.mkdir()
        make_app(folder, completed(Spec(tracer=tracer)))
        for name in (ENTRY, "tracer.mjs"):
            done = subprocess.run(["node", "--check", name], cwd=folder, capture_output=True, text=True)

            assert done.returncode == 0, done.stderr
