"""Any value at any key of a package.json, of a project or a copy, ends no command and changes no manifest unasked."""

import json
import os
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from patcher.cli.main import main
from patcher.errors import ExitCode
from tests.synthetic import make_project

VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "zero": 0,
    "a negative number": -1,
    "a fraction": 1.5,
    "infinity": float("inf"),
    "not a number": float("nan"),
    "five hundred digits": 10**500,
    "an empty string": "",
    "a word": "x",
    "a path that leads out": "../..",
    "an absolute path": "/etc/passwd",
    "a zero byte": "a\0b",
    "half a character": "\ud800",
    "an escape sequence": "\x1b[31mred",
    "a long string": "a" * 100_000,
    "an empty list": [],
    "a list of lists": [[[]]],
    "a list of nulls": [None],
    "an empty object": {},
    "an object with an empty key": {"": ""},
    "an object of nulls": {"a": None},
    "an object of objects": {"x": {"y": [{"z": {}}]}},
    "what is a method in JavaScript": {"__proto__": 1, "constructor": {}, "toString": []},
}
KEYS = (
    *(
        "name",
        "version",
        "main",
        "module",
        "exports",
        "imports",
        "browser",
        "bin",
        "type",
        "files",
        "workspaces",
    ),
    *("scripts", "dependencies", "devDependencies", "peerDependencies", "optionalDependencies", "overrides"),
    *(
        "resolutions",
        "pnpm",
        "packageManager",
        "engines",
        "patchedDependencies",
        "devEngines",
        "volta",
        "keywords",
    ),
    *("workspaces.packages", "scripts.postinstall", "scripts.prebuild", "scripts.prestart", "scripts.start"),
    *("scripts.build", "pnpm.patchedDependencies", "dependencies.next", "exports..", "exports.require"),
    *("devEngines.packageManager", "engines.node", "volta.node", "bin.nextfix", "dependencies.nextfix"),
)
READS = (
    ["status"],
    ["status", "--applied"],
    ["check", "--scope", "all", "--no-cache"],
    ["apply", "--dry-run"],
    ["diff"],
    *(["export", "--to", kind] for kind in ("npm", "pnpm", "yarn", "bun", "patch-package", "require-hook")),
    ["init"],
    ["init", "--undo"],
    ["export", "--undo"],
)
WRITES = (["apply"], ["revert"], ["export", "--write"], ["init", "--write"], ["init", "--undo", "--write"])
CODES = {int(code) for code in ExitCode} - {int(ExitCode.INTERRUPTED)}
# Each key is given a few of the values, and each of these to a few of the commands; with NEXTFIX_FUZZ=all, all to all.
ALL = os.environ.get("NEXTFIX_FUZZ") == "all"


def changed(manifest: dict[str, Any], key: str, value: Any) -> str:
    """The text of the manifest with `value` at `key`; what stands behind a `.` is a key of the object before it."""
    outer, _, inner = key.partition(".")
    if inner:
        held = manifest.get(outer)
        value = {**(held if isinstance(held, dict) else {}), inner: value}
    return json.dumps(manifest | {outer: value})


Chosen = TypeVar("Chosen")


def some(every: Iterable[Chosen], few: int, seed: str) -> list[Chosen]:
    """As many of `every`, always the same for one `seed`; all of them where all is asked for."""
    held = list(every)
    return held if ALL else random.Random(seed).sample(held, few)


@pytest.mark.parametrize("where", ["", "node_modules/next"], ids=["the project", "a copy"])
@pytest.mark.parametrize("key", KEYS)
def test_any_value_at_any_key_ends_no_command(
    key: str,
    where: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tried: Callable[..., None],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    wrong: list[str] = []
    for number, (kind, value) in enumerate(some(VALUES.items(), 6, key + where)):
        root = tmp_path / str(number)
        make_project(root)
        path = root / where / "package.json"
        path.write_text(changed(json.loads(path.read_text()), key, value))
        monkeypatch.chdir(root)
        for command in some([*READS, *WRITES], 2, f"{key} {kind} {where}"):
            before = path.read_bytes()
            with pytest.raises(SystemExit) as ended:
                main(command)
            printed = capfd.readouterr()
            tried("a command on a value of a manifest")
            said = f"{kind}: {' '.join(command)}: {ended.value.code}"
            last = printed.err.strip().splitlines()[-1:] or [""]
            if (
                ended.value.code not in CODES
                or "Traceback" in printed.err
                or "defect of nextfix" in printed.err
            ):
                wrong.append(f"{said}: {last[0]:.300}")
            elif ended.value.code not in (0, 1) and not last[0].startswith("nextfix: "):
                wrong.append(f"{said} without a reason")
            if "\x1b" in printed.err + printed.out:
                wrong.append(f"{said} prints an escape sequence")
            unasked = bool(where) or command in READS or ended.value.code not in (0, 1)
            if unasked and path.read_bytes() != before:
                wrong.append(f"{said} changed the manifest")
    assert not wrong, "\n".join(wrong)
