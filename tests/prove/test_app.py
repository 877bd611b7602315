"""The app that is made."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from patcher.prove.app import ENTRY, make_app
from patcher.prove.asks import FURTHER
from patcher.prove.spec import APP_ROUTER_PAGES, PAGES, TRACER_PACKAGES, Spec, completed

TRACERS = ["dd-trace@3.9.3", *TRACER_PACKAGES]


@pytest.mark.parametrize("tracer", TRACERS)
def test_the_app_has_its_tracer_every_page_and_exact_dependencies(tmp_path: Path, tracer: str) -> None:
    make_app(tmp_path, completed(Spec(tracer=tracer)))

    package = json.loads((tmp_path / "package.json").read_text())
    assert all((tmp_path / "pages" / f"{page[1:]}.js").is_file() for page in PAGES)
    assert all(version[0].isdigit() for version in package["dependencies"].values())
    assert not (tmp_path / "tracers").exists()
    assert not (tmp_path / "app").exists()
    assert (tmp_path / "tracer.mjs").read_text()


def test_the_pages_of_the_app_router_are_there_when_they_are_asked_for(tmp_path: Path) -> None:
    spec = completed(Spec("16.4.6", "als", app_router=True))

    make_app(tmp_path, spec)

    assert spec.pages == PAGES + APP_ROUTER_PAGES
    assert all(any((tmp_path / "app" / page[1:]).glob("*.js")) for page in APP_ROUTER_PAGES)


@pytest.mark.parametrize(("release", "middleware"), [("15.5.29", "middleware.js"), ("16.4.6", "proxy.js")])
def test_everything_that_next_serves_is_there_when_it_is_asked_for(
    tmp_path: Path, release: str, middleware: str
) -> None:
    spec = completed(Spec(release, "als", everything=True))

    make_app(tmp_path, spec)

    assert spec.pages == (*PAGES, *APP_ROUTER_PAGES, *FURTHER)
    names = {page.partition("?")[0].strip("/") for page in FURTHER} - {"missing", "_next/image"}
    made = {path.stem for path in (tmp_path / "pages").glob("*.js")}
    made |= {path.name for path in (tmp_path / "app").iterdir() if path.is_dir()}
    assert names <= made
    assert "missing" not in made
    assert (tmp_path / "public" / "dot.png").read_bytes().startswith(b"\x89PNG")
    assert {path.name for path in tmp_path.glob("*.js")} == {"next.config.js", middleware}


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js to parse the app's modules")
def test_every_module_of_the_server_parses(tmp_path: Path) -> None:
    for number, tracer in enumerate(TRACERS):
        folder = tmp_path / str(number)
        folder.mkdir()
        make_app(folder, completed(Spec(tracer=tracer)))
        for name in (ENTRY, "tracer.mjs"):
            done = subprocess.run(["node", "--check", name], cwd=folder, capture_output=True, text=True)

            assert done.returncode == 0, done.stderr
