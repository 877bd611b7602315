"""The npm registry, asked through npm itself: which releases there are, and the files of one of them.

npm knows the user's registry, proxy and certificates. What comes is untrusted: the tarball must have the
hash that the registry publishes for it, and of its files only those that were asked for are read, in memory.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from patcher.disk.presence import is_regular
from patcher.disk.scratch import scratch_folder
from patcher.errors import ExitCode, NextfixError
from patcher.semver import order

_FIELDS = ("version", "dist.tarball", "dist.integrity")
_PAUSES = (2.0, 8.0)  # seconds before the second and the third attempt; npm itself tries again within each
_PATIENCE = 900.0  # seconds for one npm command; a tarball of next has 45 MB at most
_LARGEST = 64 * 1024 * 1024  # bytes of one file; the largest that a rule names has half a megabyte


@dataclass(frozen=True, slots=True)
class Release:
    """A published release: where its tarball is, and the hash (`sha512-...`) that it must have."""

    package: str
    version: str
    tarball: str
    integrity: str


def published(package: str) -> tuple[str, ...]:
    """Every version of `package` that the registry has, prereleases too, in order.

    Raises:
        NextfixError: USAGE when the registry has no such package, FILES when npm cannot tell.
    """
    found = _view(package, "versions")
    return tuple(sorted([found] if isinstance(found, str) else found, key=order))


def resolve(package: str, wanted: str) -> tuple[Release, ...]:
    """The releases that npm reads `wanted` as: a version, a range, or a tag such as `latest`.

    Raises:
        NextfixError: USAGE when there is none, FILES when npm cannot tell.
    """
    found = _view(f"{package}@{wanted}", *_FIELDS)
    records = [found] if isinstance(found, dict) else found
    releases = [Release(package, *(str(record.get(field, "")) for field in _FIELDS)) for record in records]
    return tuple(sorted(releases, key=lambda release: order(release.version)))


def read_release(
    release: Release, wanted: Set[str], besides: Callable[[str, bytes], bool] | None = None
) -> dict[str, bytes]:
    """The files of a release whose paths are in `wanted`; those that it lacks are left out.

    The tarball lies in a temporary folder while it is read and is gone afterwards.

    Args:
        release: the release.
        wanted: paths inside the package.
        besides: says of any other file, by its path and content, whether it is wanted too.

    Raises:
        NextfixError: FILES when it cannot be fetched, REFUSED when it is not what the registry promises.
    """
    with scratch_folder("nextfix-certify-") as folder:
        return members(fetch(release, folder), wanted, besides)


def fetch(release: Release, folder: Path) -> Path:
    """Fetch the tarball of `release` into npm's own cache below `folder`, unless it is there; its path.

    Raises:
        NextfixError: FILES when npm cannot fetch it, REFUSED when no file has the hash that was promised.
    """
    found = _with_hash(folder, release)
    if found is None:
        _npm("cache", "add", release.tarball, "--cache", str(folder), what=f"fetch {_name(release)}")
        found = _with_hash(folder, release)
    if found is None:
        raise NextfixError(
            ExitCode.REFUSED,
            f"the tarball of {_name(release)} does not have the hash that the registry publishes",
            hint="clear the proxy or mirror between",
        )
    return found


def members(
    tarball: Path, wanted: Set[str], besides: Callable[[str, bytes], bool] | None = None
) -> dict[str, bytes]:
    """The regular files of a tarball whose paths, without the first folder, are in `wanted`, or that `besides` takes.

    Raises:
        NextfixError: REFUSED when it is damaged, or a file is larger than any that a rule is about.
    """
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(tarball, "r|gz") as stream:
            for member in stream:
                path = member.name.partition("/")[2]
                named = path in wanted
                if not member.isfile() or not (named or besides):
                    continue
                if member.size > _LARGEST:
                    if not named:
                        continue
                    raise NextfixError(ExitCode.REFUSED, f"larger than {_LARGEST} bytes", path=path)
                source = stream.extractfile(member)
                data = source.read() if source else b""
                if named or (besides and besides(path, data)):
                    found[path] = data
    except (tarfile.TarError, EOFError, OSError) as error:
        raise NextfixError(ExitCode.REFUSED, f"not a tarball: {error}", path=tarball) from error
    return found


def _name(release: Release) -> str:
    return f"{release.package}@{release.version}"


def _with_hash(folder: Path, release: Release) -> Path | None:
    """The file of npm's cache with the promised hash, whatever name npm gave it."""
    hashes = [part for part in release.integrity.split() if part.startswith("sha512-")]
    if not hashes:
        raise NextfixError(ExitCode.REFUSED, f"the registry publishes no sha512 of {_name(release)}")
    for path in sorted((folder / "_cacache").glob("content-v*/**/*")):
        if is_regular(path):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha512").digest()
            if "sha512-" + base64.b64encode(digest).decode() in hashes:
                return path
    return None


def _view(*arguments: str) -> Any:
    """What `npm view` says, as JSON."""
    text = _npm("view", *arguments, "--json", what=f"describe {arguments[0]}")
    try:
        return json.loads(text)
    except ValueError as error:
        raise NextfixError(ExitCode.FILES, f"npm view {arguments[0]} printed no JSON: {error}") from error


def _npm(*arguments: str, what: str) -> str:
    """The standard output of npm, tried three times.

    Raises:
        NextfixError: FILES when npm is missing or fails, USAGE when it says that there is no such release.
    """
    program = shutil.which("npm")
    if program is None:
        raise NextfixError(ExitCode.FILES, "npm is not on the PATH", hint="install Node.js, which brings it")
    command = [program, *arguments, "--loglevel=error", "--no-update-notifier"]
    for pause in (*_PAUSES, None):
        try:
            done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            reason = f"no answer in {_PATIENCE:.0f} s"
        else:
            if done.returncode == 0:
                return done.stdout.decode(errors="replace")
            if b"E404" in done.stdout + done.stderr:
                raise NextfixError(ExitCode.USAGE, f"the registry has no {arguments[1]}")
            reason = done.stderr.decode(errors="replace").strip() or f"npm ended with {done.returncode}"
            if done.returncode < 0:  # ended by a signal, so by the user: trying again would defy it
                break
        if pause is not None:
            time.sleep(pause)
    raise NextfixError(ExitCode.FILES, f"npm could not {what}: {reason[-500:]}", hint="run the command again")
