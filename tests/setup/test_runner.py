"""The runner that init writes is one that exists: PEP 610 says from where it can be fetched."""

import json
import shutil
from pathlib import Path

import pytest

import patcher
from patcher.catalogue.load import rules
from patcher.errors import ExitCode, NextfixError
from patcher.setup.init import Wish, init_all
from patcher.setup.runner import Origin, choose_runner, command_of, find_origin, install_command

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def installed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, record: object = None, version: str = patcher.__version__
) -> None:
    """Let nextfix be installed in `folder` as installers do it, with `record` as its direct_url.json."""
    home = folder / "site-packages"
    (home / "patcher").mkdir(parents=True)
    metadata = home / f"nextfix-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: nextfix\nVersion: {version}\n")
    if record is not None:
        (metadata / "direct_url.json").write_text(json.dumps(record))
    monkeypatch.syspath_prepend(str(home))
    monkeypatch.setattr(patcher, "__file__", str(home / "patcher" / "__init__.py"))
    monkeypatch.setattr(patcher, "__version__", version)


def test_a_release_of_an_index_is_named_by_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch, version="0.4.2")

    origin = find_origin()

    assert command_of("uvx", origin) == "uvx nextfix@0.4.2"
    assert command_of("pipx", origin) == "pipx run --spec nextfix==0.4.2 nextfix"
    assert install_command(origin) == "pip install nextfix==0.4.2"


@pytest.mark.parametrize("version", ["0.4.2.dev3", "0.4.2+local"])
def test_what_no_index_has_is_never_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    installed(tmp_path, monkeypatch, version=version)

    with pytest.raises(NextfixError, match="not a release") as caught:
        choose_runner("uvx")
    assert caught.value.code is ExitCode.REFUSED


@pytest.mark.parametrize(
    ("record", "spec"),
    [
        (
            {"url": "https://example.org/n.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
            f"git+https://example.org/n.git@{COMMIT}",
        ),
        (
            {
                "url": "https://example.org/n.git",
                "vcs_info": {"vcs": "git", "requested_revision": "main", "commit_id": COMMIT},
                "subdirectory": "py",
            },
            f'"git+https://example.org/n.git@{COMMIT}#subdirectory=py"',
        ),
        (
            {"url": "https://example.org/nextfix.whl", "archive_info": {}},
            "https://example.org/nextfix.whl",
        ),
    ],
)
def test_a_repository_or_archive_is_named_with_its_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: object, spec: str
) -> None:
    installed(tmp_path, monkeypatch, record)

    origin = find_origin()

    assert not origin.local
    assert command_of("uvx", origin) == f"uvx --from {spec} nextfix"
    assert command_of("pipx", origin) == f"pipx run --spec {spec} nextfix"


def test_a_folder_is_named_by_its_path_and_said_to_be_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules()  # read before the program is said to be elsewhere
    checkout = tmp_path / "my checkout"
    (checkout / "patcher").mkdir(parents=True)
    installed(tmp_path, monkeypatch, {"url": checkout.as_uri(), "dir_info": {"editable": True}})

    monkeypatch.setattr(patcher, "__file__", str(checkout / "patcher" / "__init__.py"))

    chosen = choose_runner("uvx")

    assert chosen.command == f'uvx --from "{checkout}" nextfix'
    assert "THIS MACHINE ONLY" in chosen.why
    (tmp_path / "package.json").write_text("{}")
    monkeypatch.undo()
    with pytest.raises(NextfixError, match="a CI could not install") as caught:
        init_all(Wish(tmp_path, "uvx", ci=True, origin=chosen.origin))
    assert caught.value.code is ExitCode.REFUSED


@pytest.mark.parametrize(
    "record",
    [
        {"url": "https://user:secret@example.org/n.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
        {"url": "https://example.org/$(id)", "archive_info": {}},
        {"url": "file:///nowhere/at/all", "dir_info": {}},
        {"dir_info": {}},
        "no record",
    ],
)
def test_a_place_that_cannot_be_fetched_again_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: object
) -> None:
    installed(tmp_path, monkeypatch, record)

    for name in ("uvx", "pipx"):
        with pytest.raises(NextfixError, match="--runner nextfix") as caught:
            choose_runner(name)
        assert caught.value.code is ExitCode.REFUSED
        assert "secret" not in str(caught.value)


def test_a_checkout_that_nobody_installed_has_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, monkeypatch)
    monkeypatch.setattr(patcher, "__file__", str(tmp_path / "checkout" / "patcher" / "__init__.py"))

    with pytest.raises(NextfixError, match="was not installed"):
        choose_runner("uvx")
    assert choose_runner("nextfix").command == "nextfix"


def test_without_uvx_and_pipx_it_is_the_one_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    origin = Origin("nextfix==1.0", "the package index", release=True)
    monkeypatch.setattr(shutil, "which", lambda name: name == "pipx" or None)
    assert choose_runner(None, origin).name == "pipx"

    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert choose_runner(None, origin).command == "nextfix"
    with pytest.raises(NextfixError) as caught:
        choose_runner("npx", origin)
    assert caught.value.code is ExitCode.USAGE
