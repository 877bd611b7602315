"""Reading files that somebody else made."""

import os
import socket
import zipfile
from pathlib import Path

import pytest

from patcher.disk.outside import (
    MissingFileError,
    load_json,
    load_toml,
    load_yaml,
    read_if_there,
    read_outside,
    read_start,
    read_zipped,
)
from patcher.errors import ExitCode, NextfixError


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(path))


@pytest.mark.parametrize(
    ("make", "words"),
    [(_pipe, "a pipe"), (_folder, "a folder"), (_device, "a device"), (_socket, "a socket")],
)
def test_only_regular_files_are_read_and_nothing_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: "object", words: str
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket may not be long
    path = Path("odd")
    assert callable(make)
    make(path)

    with pytest.raises(NextfixError, match=f"odd: is {words}, not a file; remove it") as caught:
        read_outside(path, hint="remove it")

    assert caught.value.code == ExitCode.DEFECT


def test_a_file_has_at_most_as_many_bytes_as_its_reader_takes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")

    assert read_outside(path, limit=5) == b"12345"
    assert read_start(path, 2) == b"12"
    with pytest.raises(NextfixError, match="is larger than 4 bytes") as caught:
        read_outside(path, limit=4, code=ExitCode.USAGE)

    assert caught.value.code == ExitCode.USAGE


def test_a_missing_file_has_an_error_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    assert read_if_there(tmp_path / "none") is None
    assert read_if_there(tmp_path / "file" / "none") is None
    with pytest.raises(MissingFileError, match="none: is not there"):
        read_outside(tmp_path / "none")


def test_a_looping_link_and_a_name_that_cannot_be_are_errors(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")

    with pytest.raises(NextfixError, match="loop: cannot be read: Too many levels"):
        read_if_there(tmp_path / "loop")
    for name in ("a\0b", "a" * 300, "\ud800"):
        with pytest.raises(NextfixError, match="cannot be read"):
            read_if_there(f"{tmp_path}/{name}")


def test_a_link_is_followed_unless_it_may_not_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")

    assert read_outside(tmp_path / "link") == b"x"
    with pytest.raises(NextfixError, match="is a symbolic link, not a file"):
        read_outside(tmp_path / "link", follow=False)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_an_error_of_files(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "file").chmod(0)

    with pytest.raises(NextfixError, match="Permission denied") as caught:
        read_outside(tmp_path / "file", code=ExitCode.USAGE)

    assert caught.value.code == ExitCode.FILES


def test_files_of_three_formats_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"a": 1}')
    (tmp_path / "a.toml").write_bytes(b"a = 1")
    (tmp_path / "a.yaml").write_bytes(b"a: 1")

    assert load_json(tmp_path / "a.json") == {"a": 1}
    assert load_toml(tmp_path / "a.toml") == {"a": 1}
    assert load_yaml(tmp_path / "a.yaml") == {"a": "1"}
    with pytest.raises(NextfixError, match=r"a\.toml: is not JSON"):
        load_json(tmp_path / "a.toml")


def _archive(path: Path, data: bytes = b"inside") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a/b", data)
    return path


def test_a_file_in_an_archive_is_read(tmp_path: Path) -> None:
    archive = _archive(tmp_path / "a.zip")

    assert read_zipped(archive, "a/b") == b"inside"
    assert read_zipped(archive, "a/c") is None


def test_a_file_in_an_archive_is_bounded_whatever_the_archive_says(tmp_path: Path) -> None:
    archive = _archive(tmp_path / "a.zip", b"\0" * 1_000_000)

    with pytest.raises(NextfixError, match="larger than 1,000 bytes"):
        read_zipped(archive, "a/b", limit=1000)


def test_every_damage_of_an_archive_is_one_error(tmp_path: Path) -> None:
    whole = _archive(tmp_path / "a.zip").read_bytes()
    broken = tmp_path / "broken.zip"
    for at in range(len(whole)):
        for value in (0, 1, 9, 255):
            broken.write_bytes(whole[:at] + bytes([value]) + whole[at + 1 :])
            try:
                read_zipped(broken, "a/b", hint="run 'yarn install'")
            except NextfixError as error:
                assert error.code == ExitCode.FILES  # noqa: PT017 (damage that changes nothing is read)
    for size in range(len(whole)):
        broken.write_bytes(whole[:size])
        with pytest.raises(NextfixError, match="cannot be read"):
            read_zipped(broken, "a/b")


def test_the_table_of_contents_of_an_archive_is_bounded(tmp_path: Path) -> None:
    whole = bytearray(_archive(tmp_path / "a.zip").read_bytes())
    at = whole.rfind(b"PK\x05\x06")
    whole[at + 12 : at + 16] = (64 * 1024 * 1024).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(whole)

    with pytest.raises(NextfixError, match="table of contents is too large"):
        read_zipped(tmp_path / "a.zip", "a/b")
