"""A file that is replaced keeps what it has besides its bytes."""

import os
import stat
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from patcher.disk.write import replace_file, write_file

ACL = "system.posix_acl_access"
pytestmark = pytest.mark.skipif(not hasattr(os, "setxattr"), reason="this system has no extended attributes")

root_only = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may make files of other users"
)


def access_list(user: int) -> bytes:
    """user::rw-, user:USER:rw-, group::---, mask::rw-, other::--- as the kernel keeps it."""
    entries = [(0x01, 6, -1), (0x02, 6, user), (0x04, 0, -1), (0x10, 6, -1), (0x20, 0, -1)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)


def give(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        pytest.skip(f"this file system does not keep {name}: {error.strerror}")


def test_an_access_list_stays_and_grants_nobody_more(tmp_path: Path) -> None:
    path = tmp_path / "package.json"
    path.write_bytes(b"old")
    give(path, ACL, access_list(12345))
    before = (os.getxattr(path, ACL), stat.S_IMODE(path.stat().st_mode))

    replace_file(path, b"old", b"new")

    assert (os.getxattr(path, ACL), stat.S_IMODE(path.stat().st_mode)) == before
    assert path.read_bytes() == b"new"


def test_a_default_access_list_of_the_folder_is_not_added(tmp_path: Path) -> None:
    path = tmp_path / "package.json"
    path.write_bytes(b"old")
    path.chmod(0o640)
    give(tmp_path, "system.posix_acl_default", access_list(12345))

    replace_file(path, b"old", b"new")

    assert ACL not in os.listxattr(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_extended_attributes_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.js"
    path.write_bytes(b"old")
    give(path, "user.origin", b"https://example.org")

    write_file(path, b"new")

    assert os.getxattr(path, "user.origin") == b"https://example.org"


_AS_USER = """
import fcntl, os, sys
from pathlib import Path
from patcher.disk.write import replace_file
os.setgroups([int(sys.argv[2])]) ; os.setgid(4000) ; os.setuid(4000)
replace_file(Path(sys.argv[1]), b"old", b"new")
"""


@root_only
@pytest.mark.parametrize(("member", "expected"), [(5000, (5000, 0o660)), (5001, (4000, 0o600))])
def test_a_user_keeps_the_group_and_another_group_gets_no_rights(
    tmp_path: Path, member: int, expected: tuple[int, int]
) -> None:
    shared = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else tmp_path  # a user must get there
    folder = shared / f"nextfix-test-{os.getpid()}-{member}"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    path = folder / "package.json"
    try:
        path.write_bytes(b"old")
        os.chown(path, 4000, 5000)
        path.chmod(0o660)
        command = [sys.executable, "-c", _AS_USER, str(path), str(member)]
        subprocess.run(command, cwd=Path(__file__).parents[2], check=True)
        status = path.stat()
    finally:
        path.unlink()
        folder.rmdir()

    assert (status.st_gid, stat.S_IMODE(status.st_mode)) == expected
