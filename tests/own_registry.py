"""A registry of releases of our own writing behind a program `npm`, and a rules and a patches folder to write to."""

import base64
import hashlib
import json
import os
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

from patcher.catalogue import ledger
from patcher.catalogue import load as catalogue
from patcher.certify import trial, widen
from patcher.certify.behaviour import Behaviour
from tests.synthetic import FILES, make_package

RULES = Path(__file__).parents[1] / "rules"

_NPM = '''#!{python}
"""npm view and npm cache add, for the releases in {folder!r}."""
import hashlib, json, pathlib, shutil, sys

folder = pathlib.Path({folder!r})
releases = json.loads((folder / "releases.json").read_text())
arguments = [word for word in sys.argv[1:] if not word.startswith("--")]
with (folder / "calls").open("a") as calls:
    print(*arguments[:3], file=calls)
if arguments[:2] == ["view", "next"]:
    print(json.dumps(list(releases)))
elif arguments[0] == "view":
    wanted = arguments[1].removeprefix("next@").split(" || ")
    found = [releases[version] for version in wanted if version in releases]
    if not found:
        print(json.dumps({{"error": {{"code": "E404"}}}}))
        sys.exit(1)
    print(json.dumps(found if len(found) > 1 else found[0]))
else:
    tarball = pathlib.Path(arguments[2])
    cache = pathlib.Path(arguments[3]) / "_cacache" / "content-v2" / "sha512"
    cache.mkdir(parents=True)
    shutil.copy(tarball, cache / "content")
'''


class Registry:
    """The releases; `publish` adds one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.releases: dict[str, dict[str, str]] = {}
        npm = folder / "bin" / "npm"
        npm.parent.mkdir(parents=True)
        npm.write_text(_NPM.format(python=sys.executable, folder=str(folder)))
        npm.chmod(0o755)

    def publish(self, version: str, files: dict[str, str] | None = None) -> None:
        """Publish a release of `next` with `files`, by default those of tests.synthetic."""
        package = make_package(self.folder / version, version, FILES if files is None else files)
        path = self.folder / f"{version}.tgz"
        with tarfile.open(path, "w:gz") as tar:
            tar.add(package, "package")
        digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
        self.releases[version] = {
            "version": version,
            "dist.tarball": str(path),
            "dist.integrity": f"sha512-{digest}",
        }
        self.promise()

    def promise(self) -> None:
        """Tell npm of the releases as they are now."""
        (self.folder / "releases.json").write_text(json.dumps(self.releases))

    @property
    def downloads(self) -> int:
        """How many tarballs were fetched."""
        calls = self.folder / "calls"
        return calls.read_text().count("cache add") if calls.exists() else 0


def use(monkeypatch: pytest.MonkeyPatch, root: Path, rules: dict[str, str]) -> Registry:
    """Let nextfix find this registry, modules of `rules` about next and an empty ledger below `root`."""
    registry = Registry(root / "registry")
    monkeypatch.setenv("PATH", str(registry.folder / "bin"), prepend=os.pathsep)
    for name in ("rules", "patches"):
        (root / name).mkdir()
    shutil.copytree(
        RULES / "next", root / "rules" / "next", ignore=shutil.ignore_patterns("[!_]*.py", "__pycache__")
    )
    for name, text in rules.items():
        (root / "rules" / "next" / name).write_text(text)
    for module in (catalogue, ledger, widen):
        monkeypatch.setattr(module, "data_folder", lambda name: root / name)
    # The harnesses know the surroundings of Next's own code, not of ours; the registry tests run them.
    monkeypatch.setattr(trial, "run", lambda *_, **__: Behaviour("own", (), {}, {}, ()))
    forget()
    return registry


def forget() -> None:
    """Let the next test find nextfix's own rules and ledger."""
    catalogue.forget()
    ledger.read_ledger.cache_clear()
