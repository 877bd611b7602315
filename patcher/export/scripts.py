"""The scripts of package.json that apply nextfix after an install and refuse to start an unpatched tree.

`npm install <package>` and `pnpm add` run no postinstall of the root, later yarns run it once, `--ignore-scripts`
never: so what is applied after an install is checked again before a build and a start.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from patcher.errors import ExitCode, NextfixError
from patcher.export.project_files import ProjectFiles
from patcher.export.shell import commands, replaced, run_after, run_before, without

APPLY = "apply"
VERIFY = "status --applied"
_WORD = r'(?:"[^"]+"|[^\s"]+)'
_RUNNER = rf"(?:uvx (?:nextfix@\S+|--from {_WORD} nextfix)|pipx run --spec {_WORD} nextfix|nextfix)"
_OURS = re.compile(rf"{_RUNNER} (?P<command>{APPLY}|{VERIFY})")


def wire_scripts(files: ProjectFiles, manifest: str, runner: str, names: Mapping[str, str]) -> None:
    """Put nextfix into the scripts `names` of the file `manifest`, each with APPLY or VERIFY.

    An existing script stays: it runs before apply and after a verification. A nextfix that is there already
    is replaced, so that a later version takes over from an earlier one.

    Raises:
        NextfixError: REFUSED when a script is not text, or leaves no place for another command.
    """
    for name, command in names.items():
        script = _script(files, manifest, name)
        line = f"{runner} {command}"
        path = files.root / manifest
        if any(_is_ours(command)(part) for part in commands(script)):
            new = replaced(script, _is_ours(command), line)
        elif command == APPLY:
            new = run_after(script, line, path, name)
        else:
            new = run_before(line, script, path, name)
        files.set_values(manifest, {("scripts", name): new})


def unwire_scripts(files: ProjectFiles, manifest: str) -> None:
    """Take nextfix out of all scripts of the file `manifest`, as they were before `wire_scripts`."""
    scripts = files.data(manifest).get("scripts")
    for name, script in scripts.items() if isinstance(scripts, dict) else ():
        rest = without(script, _is_ours()) if isinstance(script, str) else script
        if rest == script:
            continue
        if rest:
            files.set_values(manifest, {("scripts", name): rest})
        else:
            files.drop_value(manifest, ("scripts", name))


def is_wired(data: Mapping[str, Any]) -> bool:
    """Whether some script runs nextfix."""
    scripts = data.get("scripts")
    texts = scripts.values() if isinstance(scripts, dict) else ()
    return any(isinstance(text, str) and any(map(_is_ours(), commands(text))) for text in texts)


def _is_ours(command: str | None = None) -> Callable[[str], bool]:
    """What says whether a whole command of a script is one that nextfix wrote, for `command` or for any."""

    def check(text: str) -> bool:
        found = _OURS.fullmatch(text)
        return found is not None and command in (None, found["command"])

    return check


def _script(files: ProjectFiles, manifest: str, name: str) -> str:
    scripts = files.data(manifest).get("scripts", {})
    found = scripts.get(name, "") if isinstance(scripts, dict) else scripts
    if isinstance(found, str) and isinstance(scripts, dict):
        return found
    what = f'script "{name}"' if isinstance(scripts, dict) else '"scripts"'
    raise NextfixError(
        ExitCode.REFUSED,
        f"{what} is not {'text' if isinstance(scripts, dict) else 'an object'}",
        path=files.root / manifest,
        hint="correct it first; nothing was changed",
    )
