"""Real releases for the tests: fetched once, held to a recorded hash, kept outside the repository.

    release("next", "13.1.6")             the unpacked package, to be read only
    install(root, "next", "13.1.6")       a copy in root/node_modules that a test may rewrite
    python -m tests.releases next@13.1.6  records the hash of a release that a new test needs

The cache is $NEXTFIX_TEST_CACHE, by default ~/.cache/nextfix-tests. `npm pack` fetches, so the user's registry
and proxy are used; releases.lock.json has the SHA-512 that each tarball must have.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

LOCK = Path(__file__).with_name("releases.lock.json")

# Of a large package only what Node runs on a server is unpacked: a whole release of next has 150 MB.
_UNPACKED = {
    "next": re.compile(
        r"package\.json|dist/(esm/)?(server|shared|next-server|lib)/.*|dist/compiled/next-server/.*"
    )
}


def release(name: str, version: str) -> Path:
    """The folder of an unpacked release, for reading; source maps are left out.

    Raises:
        AssertionError: when the release is not in the lock file, or its tarball has another hash.
        subprocess.CalledProcessError: when npm cannot fetch it.
    """
    folder = cache_folder() / "unpacked" / _flat(name, version)
    if not folder.is_dir():
        with FileLock(f"{folder}.lock"):
            if not folder.is_dir():
                unpack(tarball(name, version), name, folder)
    return folder


def scripts(name: str, version: str, smallest: int, largest: int) -> Iterator[tuple[str, bytes]]:
    """The JavaScript files of a release with so many bytes, each with its path in the package."""
    folder = release(name, version)
    for path in sorted(folder.rglob("*")):
        if (
            path.suffix in (".js", ".cjs", ".mjs")
            and path.is_file()
            and smallest < path.stat().st_size <= largest
        ):
            yield str(path.relative_to(folder)), path.read_bytes()


def install(root: Path, name: str, version: str) -> Path:
    """A copy of a release at its place below `root`/node_modules, for a test to rewrite."""
    folder = root / "node_modules" / name
    shutil.copytree(release(name, version), folder)
    return folder


def certified_tarball(name: str, version: str, integrity: str) -> Path:
    """The tarball of a certified release, with the hash that the ledger has for it."""
    return _held(name, version, integrity)


def tarball(name: str, version: str) -> Path:
    """The tarball of a release, with the hash that the lock file has for it."""
    locked = json.loads(LOCK.read_text()).get(f"{name}@{version}")
    assert locked, f"{name}@{version} is not in {LOCK.name}; run: python -m tests.releases {name}@{version}"
    return _held(name, version, locked)


def locked_tree(folder: Path) -> Path:
    """The `node_modules` of the package-lock.json in `folder`, for reading; no package's script is run.

    Raises:
        subprocess.CalledProcessError: when npm cannot install it.
    """
    lock = folder / "package-lock.json"
    tree = cache_folder() / "trees" / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    with FileLock(f"{tree}.lock"):
        if not tree.is_dir():
            with tempfile.TemporaryDirectory(dir=tree.parent) as temporary:
                for name in ("package.json", "package-lock.json"):
                    shutil.copy(folder / name, temporary)
                command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
                subprocess.run(command, cwd=temporary, check=True, capture_output=True, timeout=600)
                shutil.copytree(temporary, tree, symlinks=True)
    return tree / "node_modules"


def _held(name: str, version: str, locked: str) -> Path:
    path = cache_folder() / "tarballs" / f"{_flat(name, version)}.tgz"
    with FileLock(f"{path}.lock"):
        if not path.is_file():
            fetch(f"{name}@{version}", path)
        found = _integrity(path)
    assert found == locked, f"{path} has the hash {found}, not {locked}; delete it if it is damaged"
    return path


def cache_folder() -> Path:
    """Where the tests keep what they fetch."""
    cache = Path(os.environ.get("NEXTFIX_TEST_CACHE", "~/.cache/nextfix-tests")).expanduser()
    for name in ("tarballs", "unpacked", "trees"):
        (cache / name).mkdir(parents=True, exist_ok=True)
    return cache


def _flat(name: str, version: str) -> str:
    return f"{name.replace('/', '+')}@{version}"


def _integrity(path: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def fetch(package: str, path: Path) -> None:
    """Have npm pack a release, NAME@VERSION, into the file at `path`.

    Raises:
        subprocess.CalledProcessError: when npm cannot fetch it.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        command = ["npm", "pack", package, "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
        (packed,) = Path(folder).glob("*.tgz")
        packed.replace(path)


def unpack(archive: Path, name: str, folder: Path) -> None:
    """Unpack the tarball of the package `name` into `folder`; source maps are left out."""
    wanted = _UNPACKED.get(name)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary, tarfile.open(archive) as tar:
        members = []
        for member in tar.getmembers():
            member.name = member.name.partition("/")[2]
            if (
                member.name
                and not member.name.endswith(".map")
                and (not wanted or wanted.fullmatch(member.name))
            ):
                members.append(member)
        # Python has filters from 3.11.4 on; the archive has the hash that is on record.
        tar.extraction_filter = getattr(tarfile, "data_filter", None)
        tar.extractall(Path(temporary) / "package", members)
        (Path(temporary) / "package").rename(folder)


def _record(packages: list[str]) -> None:
    locked = json.loads(LOCK.read_text()) if LOCK.exists() else {}
    for package in packages:
        name, _, version = package.rpartition("@")
        path = cache_folder() / "tarballs" / f"{_flat(name, version)}.tgz"
        if not path.is_file():
            fetch(package, path)
        published = subprocess.run(
            ["npm", "view", package, "dist.integrity", "--silent"], check=True, capture_output=True, text=True
        )
        found = _integrity(path)
        assert found == published.stdout.strip(), (
            f"{package}: the registry publishes {published.stdout.strip()}"
        )
        locked[package] = found
        LOCK.write_text(json.dumps(dict(sorted(locked.items())), indent=2) + "\n")


if __name__ == "__main__":
    _record(sys.argv[1:])
