"""npm releases unpacked into a cache outside the repository, each fetched once and checked against npm's hash."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path


def cache_folder() -> Path:
    """Where releases are kept: NEXTFIX_TEST_CACHE, or ~/.cache/nextfix-tests."""
    return Path(os.environ.get("NEXTFIX_TEST_CACHE", "~/.cache/nextfix-tests")).expanduser()


def release_folder(package: str, version: str) -> Path:
    """The folder of one release below the cache, whether it is there or not."""
    return cache_folder() / "npm" / f"{package.replace('/', '+')}@{version}"


def fetch(package: str, version: str) -> Path:
    """The unpacked release, fetched with npm when it is not in the cache yet.

    Raises:
        AssertionError: npm failed, or the tarball is not the one that npm's record names.
    """
    folder = release_folder(package, version)
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        command = [
            "npm",
            "pack",
            f"{package}@{version}",
            "--json",
            "--ignore-scripts",
            "--pack-destination",
            temporary,
        ]
        run = subprocess.run(command, capture_output=True, text=True, cwd=temporary, timeout=600, check=False)
        assert run.returncode == 0, run.stderr
        [record] = json.loads(run.stdout)
        [tarball] = Path(temporary).glob("*.tgz")
        kind, _, wanted = record["integrity"].partition("-")
        digest = hashlib.new(kind, tarball.read_bytes()).digest()
        assert base64.b64encode(digest).decode() == wanted, f"{tarball.name} is not what npm says it is"
        _unpack(tarball, Path(temporary) / "out")
        os.rename(Path(temporary) / "out", folder)
    return folder


def _unpack(tarball: Path, out: Path) -> None:
    with tarfile.open(tarball) as archive:
        for member in archive.getmembers():
            _, _, inside = member.name.partition("/")
            held = archive.extractfile(member) if member.isfile() else None
            if held is None or not inside or ".." in inside.split("/"):
                continue
            (out / inside).parent.mkdir(parents=True, exist_ok=True)
            with open(out / inside, "wb") as target:
                shutil.copyfileobj(held, target)
