"""What the fault tests share: a project, and the trees that are right."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from patcher.cli.main import main
from tests.faults.faulty import run
from tests.faults.trees import FILES, contents_of, project, tree_of


@pytest.fixture(scope="session")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """The files of the synthetic copy: as published, and as each style writes them."""
    warm = project(tmp_path_factory.mktemp("warm"))
    for command in ("apply", "revert"):  # what is loaded and compiled here, every forked run has
        with pytest.raises(SystemExit, match="0"):
            main([command, str(warm)])
    found = {"published": dict(FILES)}
    for style in ("documented", "single-flight"):
        root = project(tmp_path_factory.mktemp(style))
        ran = run(["apply", str(root), "--style", style])
        assert ran.code == 0, ran.err
        found[style] = contents_of(root)
        assert all(found[style][path] != FILES[path] for path in FILES)
    return found


@pytest.fixture
def memory() -> Iterator[Path]:
    """A temporary folder in memory where there is one: some thousand runs sync every file that they write."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture
def fresh(memory: Path, contents: object) -> Callable[[str], Path]:  # noqa: ARG001 (it warms the parent)
    """Makes projects: `published`, or with a style `applied`; each a copy of one that was made once."""
    made: dict[str, Path] = {}
    serial = iter(range(10**6))

    def make(state: str) -> Path:
        if state not in made:
            made[state] = project(memory / state)
            if state != "published":
                assert run(["apply", str(made[state]), "--style", state]).code == 0
        root = memory / f"run-{next(serial)}"
        shutil.copytree(made[state], root)
        return root

    return make


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes | None]:
    """The whole tree of a project that nextfix never touched."""
    return tree_of(project(tmp_path_factory.mktemp("published")))
