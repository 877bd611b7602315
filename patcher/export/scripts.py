"""The scripts of package.json that apply nextfix after an install and refuse to start an unpatched tree.

`npm install <package>` and `pnpm add` run no postinstall of the root, later yarns run it once, `--ignore-scripts`
never: so what is applied after an install is checked again before a build and a start.
"""

import re
from collections.abc import Mapping
from typing import Any

from patcher.syntax.json_text import with_value, without_value

APPLY = "apply"
VERIFY = "status --applied"
_RUNNER = r"(?:uvx nextfix@\S+|pipx run --spec nextfix==\S+ nextfix|nextfix)"
_OURS = re.compile(rf"{_RUNNER} (?P<command>apply|status --applied)(?=\s*(?:$|&&))")


def wire_scripts(source: bytes, data: Mapping[str, Any], runner: str, names: Mapping[str, str]) -> bytes:
    """The package.json `source` with nextfix in the scripts `names`, each with APPLY or VERIFY.

    An existing script stays: it runs before apply and after a verification. A nextfix that is there already
    is replaced, so that a later version takes over from an earlier one.
    """
    for name, command in names.items():
        source = with_value(source, ("scripts", name), _composed(_script(data, name), f"{runner} {command}"))
    return source


def unwire_scripts(source: bytes, data: Mapping[str, Any]) -> bytes:
    """The package.json `source` as it was before `wire_scripts`."""
    scripts = data.get("scripts")
    names = list(scripts) if isinstance(scripts, dict) else []
    for name in names:
        old = _script(data, name)
        new = _taken_out(old)
        if new != old:
            keys = ("scripts", name)
            source = with_value(source, keys, new) if new else without_value(source, keys)
    emptied = bool(names) and all(not _taken_out(_script(data, name)) for name in names)
    if emptied and list(data)[-1] == "scripts":  # where wire_scripts adds it
        source = without_value(source, ("scripts",))
    return source


def is_wired(data: Mapping[str, Any]) -> bool:
    """Whether some script runs nextfix."""
    scripts = data.get("scripts")
    return isinstance(scripts, dict) and any(_OURS.search(_script(data, name)) for name in scripts)


def _script(data: Mapping[str, Any], name: str) -> str:
    scripts = data.get("scripts")
    found = scripts.get(name) if isinstance(scripts, dict) else None
    return found if isinstance(found, str) else ""


def _composed(existing: str, command: str) -> str:
    if _OURS.search(existing):
        return _OURS.sub(lambda _: command, existing, count=1)
    if not existing.strip():
        return command
    return f"{existing} && {command}" if command.endswith(f" {APPLY}") else f"{command} && {existing}"


def _taken_out(script: str) -> str:
    found = _OURS.search(script)
    if found is None:
        return script
    if found["command"] == APPLY:
        return script[: found.start()].removesuffix(" && ") + script[found.end() :]
    return script[: found.start()] + script[found.end() :].removeprefix(" && ")
