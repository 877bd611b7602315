"""Every test here works on trees that real package managers make from the registry."""

import json
from pathlib import Path

import pytest

from tests.delivery.tools import cache, tools_folder
from tests.delivery.trees import INSTALL, executed, nextfix, run, workspace


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is collected from this folder, so that it can be left out by `-m 'not registry'`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.registry)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def tools() -> Path:
    """The tools are installed before the first test's clock starts."""
    return tools_folder()


@pytest.fixture(scope="session")
def applied(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:  # noqa: ARG001
    """The hashes of the executed files after `nextfix apply` on an npm tree: what every export must give."""
    from patcher.catalogue.load import fingerprint

    kept = cache() / f"applied-{fingerprint()}.json"
    if not kept.is_file():
        root = workspace(tmp_path_factory.mktemp("applied"))
        run(INSTALL["npm"], root)
        nextfix("apply", folder=root)
        kept.write_text(json.dumps(executed(root, "npm")))
    found: dict[str, str] = json.loads(kept.read_text())
    return found


@pytest.fixture(scope="session")
def tree(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001
    """A workspace that npm has installed, with a preload beside it; nothing in it is rewritten."""
    root = workspace(tmp_path_factory.mktemp("hook"))
    run(INSTALL["npm"], root)
    nextfix("export", "--to", "require-hook", "--write", folder=root)
    return root
