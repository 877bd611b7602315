"""Running `nextfix check` in the process of the tests."""

import pytest

from patcher.cli.main import main


@pytest.fixture
def run(capfd, monkeypatch, tmp_path):
    """Runs check, or another `command`, in `tmp_path`: (exit code, standard output, lines of standard error)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))

    def check(*arguments, command="check"):
        with pytest.raises(SystemExit) as ended:
            main([command, *arguments])
        printed = capfd.readouterr()
        return ended.value.code, printed.out, printed.err.splitlines()

    return check
