"""One more command in a script of package.json, so that it runs whatever the script does, in sh and in cmd.exe.

`lint || true` with a check before it would pass the check over, so a script that is more than commands joined by `&&`
is put in parentheses, which both shells understand: `check && ( lint || true )`. A script in which that does not help
is refused: what stands after a comment, `exit` or `&` is never reached, or is reached too early.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from patcher.errors import ExitCode, NextfixError

_AND = "&&"
_OPERATOR = re.compile(r"&&|\|\||<<|[;|()\n`#]|(?<![<>])&(?!>)")
_LEAVES = re.compile(r"(?<![\w./-])(?:exit|exec)(?![\w./-])")


@dataclass(slots=True)
class _Script:
    """What was read of a script: its parts between `&&`, the operators in it, and why it cannot be read."""

    parts: list[tuple[int, int]] = field(default_factory=list)
    operators: set[str] = field(default_factory=set)
    bare: str = ""
    broken: str = ""


def run_after(script: str, command: str, path: Path, name: str) -> str:
    """`script`, then `command` when it was successful.

    Raises:
        NextfixError: REFUSED when `command` would not be reached, or too early; `path` and `name` say where.
    """
    if not script.strip():
        return command
    found = _read(script)
    reason = found.broken or ("it has a lone '&'" if "&" in found.operators else "")
    if not reason and (left := _LEAVES.search(found.bare)):
        reason = f"it has '{left[0]}'"
    if reason:
        raise _refused(path, name, f"nothing can run after it: {reason}", command)
    return f"{_grouped(script)} {_AND} {command}"


def run_before(command: str, script: str, path: Path, name: str) -> str:
    """`command`, then `script` when it was successful.

    Raises:
        NextfixError: REFUSED when the script cannot be put in parentheses; `path` and `name` say where.
    """
    if not script.strip():
        return command
    broken = _read(script).broken
    if broken:
        raise _refused(path, name, f"nothing can be put before it: {broken}", command)
    return f"{command} {_AND} {_grouped(script)}"


def commands(script: str) -> Iterator[str]:
    """The commands of `script` that `&&` joins, as far as it can be read."""
    return (script[start:end].strip() for start, end in _read(script).parts)


def replaced(script: str, is_ours: Callable[[str], bool], command: str) -> str:
    """`script` with `command` for each of its commands that is ours."""
    for start, end in reversed(_read(script).parts):
        text = script[start:end]
        if is_ours(text.strip()):
            script = script[:start] + text.replace(text.strip(), command, 1) + script[end:]
    return script


def without(script: str, is_ours: Callable[[str], bool]) -> str:
    """`script` without its commands that are ours, and as it was before `run_after` and `run_before`."""
    parts = _read(script).parts
    found = next(
        (number for number, (start, end) in enumerate(parts) if is_ours(script[start:end].strip())), None
    )
    if found is None:
        return script
    if len(parts) == 1:
        return ""
    if found == len(parts) - 1:
        rest = script[: parts[found - 1][1]].removesuffix(" ")
    elif found:
        rest = script[: parts[found][0]] + script[parts[found + 1][0] :]
    else:
        rest = script[parts[1][0] :].removeprefix(" ")
    return without(_ungrouped(rest), is_ours)


def _grouped(script: str) -> str:
    return f"( {script} )" if _needs_group(script) else script


def _ungrouped(script: str) -> str:
    inner = script[2:-2]
    return inner if script == f"( {inner} )" and _needs_group(inner) else script


def _needs_group(script: str) -> bool:
    """Whether `script` is more than commands that `&&` joins."""
    found = _read(script)
    return not found.broken and (bool(found.operators) or _LEAVES.search(found.bare) is not None)


def _read(script: str) -> _Script:
    """Read `script` as sh does, as far as its operators and quotes go."""
    found = _Script()
    bare, reason = _without_quotes(script)
    found.bare, found.broken = bare, reason
    depth = begin = 0
    for operator in _OPERATOR.finditer(bare):
        sign = operator[0]
        depth += (sign == "(") - (sign == ")")
        if sign == _AND:
            if depth == 0:
                found.parts.append((begin, operator.start()))
                begin = operator.end()
        elif sign == "#":
            if operator.start() == 0 or bare[operator.start() - 1] in " \t\n;&|(":
                found.broken = found.broken or "it has a comment"
        else:
            found.operators.add(sign)
        if depth < 0:
            break
    found.parts.append((begin, len(script)))
    if depth:
        found.broken = found.broken or "its parentheses do not match"
    elif {"\n", "<<", "`"} & found.operators:
        found.broken = found.broken or "it has more than one line, a here-document or a backquote"
    elif any(not bare[start:end].strip() for start, end in found.parts) or bare.rstrip().endswith(
        ("|", "\\")
    ):
        found.broken = found.broken or "a command is missing beside an operator"
    return found


def _without_quotes(script: str) -> tuple[str, str]:
    """`script` with `_` for what is quoted or escaped, and what is wrong with its quotes."""
    bare = list(script)
    at, quote = 0, ""
    while at < len(script):
        sign = script[at]
        escaped = sign == "\\" and quote != "'" and at + 1 < len(script)
        if escaped:
            bare[at : at + 2] = "__"
        elif quote:
            bare[at] = "_"
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            bare[at], quote = "_", sign
        at += 2 if escaped else 1
    return "".join(bare), "a quote is not closed" if quote else ""


def _refused(path: Path, name: str, reason: str, command: str) -> NextfixError:
    hint = (
        f"move it to a script of its own, call that with 'npm run', and try again; or add '{command}' by hand"
    )
    return NextfixError(ExitCode.REFUSED, f'script "{name}": {reason}', path=path, hint=hint)
