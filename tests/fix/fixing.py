"""Fixing a source text in a test, and running texts under Node."""

import json
import subprocess
from typing import Any

from patcher.analysis.file import analyse
from patcher.catalogue.load import families
from patcher.fix.fix_file import Fixed, Task, fix_file, key_of
from patcher.syntax.tree import Dialect


def fixed(
    source: str | bytes,
    style: str = "single-flight",
    dialect: Dialect = Dialect.JAVASCRIPT,
    foreign: str = "",
    *,
    package: bool = False,
) -> Fixed:
    """What `--fix` makes of every finding of `source`; `foreign` is what other files are said to forbid."""
    data = source.encode() if isinstance(source, str) else source
    keys = [key_of(site) for site in analyse(data, dialect)]
    task = Task(families(), style, dialect, lambda concerns: foreign if concerns else "", package)
    return fix_file(data, keys, task)


def text(source: str | bytes, style: str = "single-flight", dialect: Dialect = Dialect.JAVASCRIPT) -> str:
    """The text that `--fix` makes of `source`, of which it must fix all."""
    result = fixed(source, style, dialect)
    assert result.fixed, result.refused
    assert not result.refused
    return result.new.decode()


def node(harness: str, texts: list[str]) -> Any:
    """What `harness` says of each of `texts`, which it gets as `task.texts`."""
    command = ["node", "--expose-gc", "-e", harness]
    task = json.dumps({"texts": texts})
    run = subprocess.run(command, input=task, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
