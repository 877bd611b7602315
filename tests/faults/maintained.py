"""What maintainers run, without what is slow in it: releases of our own writing, made-up experiments, old documents."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import libcst
import pytest

from patcher.catalogue import ledger, load
from patcher.certify import trial, widen
from patcher.cli import rules_command
from patcher.prove import matrix_table, run_experiments
from patcher.prove.events import Progress
from patcher.prove.result import ExperimentResult
from patcher.prove.spec import Spec
from patcher.prove.stage import Stage
from tests import own_registry
from tests.certify.test_campaign import FILE, RANGE, RULE
from tests.prove.example import example

REPOSITORY = Path(__file__).parents[2]
MATRIX = ("prove", "matrix", "--next", "16.4.6", "--tracer", "als", "--node", "24", "--table", "matrix.json",
          "--json", "", "--html", "")  # fmt: skip
assert libcst.__name__  # loaded here, so that no forked run loads it


def checkout(name: str) -> Path:
    """`rules` or `patches` of the checkout that the command works in."""
    return Path.cwd() / "checkout" / name


def own_releases(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    """One release that a rule is widened for, behind an npm of our own; the rules and the ledger in a checkout."""
    rule = RULE.replace(f'versions="{RANGE}"', 'versions=">=1.0.0 <=2.0.0"')
    outside = root.parent / "own"
    own_registry.use(monkeypatch, outside, {"own.py": rule}).publish("2.0.1", FILE)
    for name in ("rules", "patches"):
        shutil.move(outside / name, root / "checkout" / name)
    monkeypatch.setattr(trial, "syntax_error", lambda _: "")
    for module in (load, ledger, widen):
        monkeypatch.setattr(module, "data_folder", checkout)


def documents(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    """The documents of a checkout, each generated table of them emptied."""
    for path in ("README.md", "rules/README.md", "patcher/check/README.md"):
        text = (REPOSITORY / path).read_text()
        emptied = re.sub(
            r"(<!-- (\w+): generated[^>]*-->\n).*?(<!-- /\2 -->)", r"\1\3", text, flags=re.DOTALL
        )
        assert emptied != text
        (root / "checkout" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "checkout" / path).write_text(emptied)
    (root / "checkout" / "pyproject.toml").touch()
    monkeypatch.setattr(rules_command, "data_folder", checkout)


def experiments(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    """Experiments that are over at once, and a document that shows a matrix."""

    def measured(stage: Stage, spec: Spec, _progress: Progress) -> ExperimentResult:
        (stage.folder / "app").mkdir()
        return replace(example(), command=spec.command)

    def of_matrix(_stage: Stage, specs: list[Spec], _progress: Progress) -> Iterator[ExperimentResult]:
        for spec in specs:
            subject = {
                **example().subject,
                "next": spec.next,
                "tracer": spec.tracer,
                "node": f"{spec.node}.1.0",
            }
            yield replace(example(), command=spec.command, subject=subject)

    monkeypatch.setattr(run_experiments, "run_experiment", measured)
    monkeypatch.setattr(matrix_table, "run_matrix", of_matrix)
    (root / "README.md").write_text("# Own\n\n<!-- matrix: generated -->\n\n<!-- /matrix -->\n")
