"""What tests of exports run beside."""

import json
from collections.abc import Callable

import pytest


@pytest.fixture
def npm(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts an npm of a release on the PATH, and nothing else; npm 12 to begin with."""

    def install(release: str) -> None:
        folder = tmp_path_factory.mktemp("program")
        (folder / "bin").mkdir()
        (folder / "package.json").write_text(json.dumps({"name": "npm", "version": release}))
        program = folder / "bin" / "npm"
        program.write_text("")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent))

    install("12.2.0")
    return install
