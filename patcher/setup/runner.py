"""The command by which scripts run nextfix: one that fetches what is installed here, and never a name that nobody has.

PEP 610 says where a package was installed from: an index (it says nothing then), a repository and its commit, an
archive, or a folder of this machine.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import patcher
from patcher.disk.presence import is_there
from patcher.errors import ExitCode, NextfixError
from patcher.text.formats import parse_json

RUNNERS = ("uvx", "pipx", "nextfix")
_NAME = "nextfix"
_RELEASED = re.compile(r"\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?(?:\.post\d+)?")
_PLAIN = re.compile(r"[\w./:@+=-]+")
_SAFE = re.compile(r"[\w./:@+=~,()\[\]#&?; -]+")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where this nextfix was installed from.

    Attributes:
        spec: what pip and uvx install it from again; empty when it was not installed at all.
        text: the same in words.
        local: whether only this machine has it.
        release: whether `spec` is a release on the package index.
    """

    spec: str
    text: str
    local: bool = False
    release: bool = False


@dataclass(frozen=True, slots=True)
class Runner:
    """How scripts run nextfix: the program by name, the command, and why it is this one."""

    name: str
    command: str
    why: str
    origin: Origin


def choose_runner(wanted: str | None, origin: Origin | None = None) -> Runner:
    """Choose the runner that was asked for, else the first that is installed here.

    Raises:
        NextfixError: USAGE for a runner that does not exist, REFUSED when it has nothing to fetch.
    """
    origin = origin or find_origin()
    if wanted is not None and wanted not in RUNNERS:
        raise NextfixError(
            ExitCode.USAGE, f"no runner {wanted!r}", hint=f"the runners are {', '.join(RUNNERS)}"
        )
    name = wanted or next((name for name in RUNNERS[:2] if shutil.which(name)), _NAME)
    if wanted:
        why = "as asked"
    elif name == _NAME:
        why = "neither uvx nor pipx is installed: 'pip install nextfix' must come before an install"
    else:
        why = f"{name} is installed; it must be wherever the project is installed"
    if name == _NAME:
        return Runner(name, _NAME, why, origin)
    if not origin.spec:
        raise NextfixError(
            ExitCode.REFUSED,
            f"{name} would have nothing to fetch: {origin.text}",
            hint="install nextfix with pip, pipx or uv and run that one; or --runner nextfix, for a nextfix that "
            "is on the PATH wherever the project is installed",
        )
    limit = "; ON THIS MACHINE ONLY" if origin.local else ""
    return Runner(name, command_of(name, origin), f"{why}; from {origin.text}{limit}", origin)


def command_of(name: str, origin: Origin) -> str:
    """How a script runs the nextfix of `origin` through the runner `name`."""
    if name == "uvx":
        if origin.release:
            return f"uvx {origin.spec.replace('==', '@')}"
        return f"uvx --from {_quoted(origin.spec)} {_NAME}"
    return f"pipx run --spec {_quoted(origin.spec)} {_NAME}" if name == "pipx" else _NAME


def install_command(origin: Origin) -> str:
    """How pip installs the nextfix of `origin`."""
    return f"pip install {_quoted(origin.spec)}"


def find_origin() -> Origin:
    """Where the nextfix that runs now was installed from."""
    from importlib.metadata import PackageNotFoundError, distribution

    home = Path(patcher.__file__).resolve().parent
    nowhere = Origin("", f"this nextfix was not installed, it runs from {home.parent}")
    try:
        found = distribution(_NAME)
    except PackageNotFoundError:
        return nowhere
    record = _direct_url(found.read_text("direct_url.json"))
    place = Path(str(found.locate_file("patcher"))).resolve()
    folder = _folder_of(record)
    if home != place and (folder is None or not home.is_relative_to(folder)):
        return nowhere
    if record is None:
        version = found.version
        if version == patcher.__version__ and _RELEASED.fullmatch(version):
            return Origin(f"{_NAME}=={version}", f"the package index, release {version}", release=True)
        return Origin("", f"{version} is not a release that a package index has")
    return _of_record(record, folder)


def _direct_url(text: str | None) -> dict[str, object] | None:
    """The record of PEP 610, None when there is none: installed from an index."""
    if text is None:
        return None
    try:
        found = parse_json(text.encode(), "direct_url.json")
    except NextfixError:
        return {}
    return found if isinstance(found, dict) else {}


def _folder_of(record: dict[str, object] | None) -> Path | None:
    """The folder or archive of this machine that `record` names."""
    url = record.get("url") if record else None
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.scheme != "file":
        return None
    return Path(url2pathname(parts.path)).resolve()


def _of_record(record: dict[str, object], folder: Path | None) -> Origin:
    url = record.get("url")
    version_control = record.get("vcs_info")
    if not isinstance(url, str) or "@" in urlsplit(url).netloc.replace("git@", ""):
        return Origin(
            "", "its record of where it was installed from (direct_url.json) has no URL, or a password"
        )
    if isinstance(version_control, dict):
        spec = f"{version_control.get('vcs')}+{url}@{version_control.get('commit_id')}"
        spec += f"#subdirectory={record['subdirectory']}" if record.get("subdirectory") else ""
        return _checked(Origin(spec, spec, local=folder is not None))
    if folder is not None:
        if not is_there(folder):
            return Origin("", f"{folder}, which it was installed from, is gone")
        return _checked(Origin(str(folder), str(folder), local=True))
    return _checked(Origin(url, url))


def _checked(origin: Origin) -> Origin:
    if _SAFE.fullmatch(origin.spec):
        return origin
    return Origin("", f"{origin.text} has characters that the shells read differently")


def _quoted(spec: str) -> str:
    """`spec` as one word in sh and in cmd.exe."""
    return spec if _PLAIN.fullmatch(spec) else f'"{spec}"'
