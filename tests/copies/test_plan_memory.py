"""What rules say of a file is remembered by its bytes; whoever knows it asks no rule, and gives the same answer."""

import json
from dataclasses import replace
from typing import Any

import pytest

from patcher.catalogue.load import rules
from patcher.copies import plan_memory
from patcher.copies.plan_memory import PlanMemory
from patcher.model import Verdict
from patcher.rule import Rewrite, Rule
from patcher.text.edits import apply_edits

_RULE = replace(
    rules()[0],
    id="synthetic/slot",
    versions="*",
    rewrites=(
        Rewrite(
            find="this.kept = $LOAD().then((value) => value);",
            write="this.kept = $LOAD();",
            slot="this.kept",
        ),
    ),
)
_SOURCE = (
    b"class A {\n  get() {\n    this.kept = load().then((value) => value);\n    return '\xff';\n  }\n}\n"
)


def saved(memory: PlanMemory) -> dict[str, Any]:
    """What a memory keeps, as JSON gives it back."""
    kept: dict[str, Any] = json.loads(json.dumps(memory.kept))
    return kept


def judged(memory: PlanMemory, rule: Rule = _RULE, source: bytes = _SOURCE) -> object:
    """What a memory says of a file, its rewrite verified."""
    broken, examined = memory.judged([rule], "1.0.0", source, "documented")
    new = apply_edits(source, examined[0].edits)
    reason = memory.unsound([rule], [rule], "1.0.0", source, examined[0].edits, new, "documented")
    return broken, examined, reason


def test_what_an_earlier_run_was_told_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = PlanMemory()
    told = judged(first)
    assert told[1][0].verdict is Verdict.AFFECTED  # type: ignore[index]
    kept = saved(first)

    with monkeypatch.context() as patched:
        for name in ("examine", "unsound"):
            patched.setattr(plan_memory, name, lambda *_: pytest.fail("a rule was asked again"))
        again = PlanMemory(kept)
        assert judged(again) == told
        assert not again.is_new


@pytest.mark.parametrize("part", ["source", "rules"])
def test_other_bytes_and_other_rules_are_asked(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = PlanMemory()
    judged(first)
    kept = saved(first)
    if part == "rules":
        monkeypatch.setattr(plan_memory, "fingerprint", lambda: "of other rules")
    again = PlanMemory(kept)
    judged(again, source=_SOURCE.replace(b"load", b"read") if part == "source" else _SOURCE)

    assert again.is_new


@pytest.mark.parametrize(
    "damage",
    [
        [],
        "text",
        {"examined": 1},
        {"broken": True, "examined": [{"sites": 3}]},
        {
            "broken": False,
            "examined": [{"verdict": "found", "reason": "", "sites": [], "edits": [[1, 2, 3]]}],
        },
    ],
)
def test_a_memory_that_somebody_damaged_is_of_no_use_and_does_no_harm(damage: object) -> None:
    first = PlanMemory()
    told = judged(first)
    kept = saved(first)
    kept["files"] = dict.fromkeys(kept["files"], damage)

    assert judged(PlanMemory(kept)) == told
    assert judged(PlanMemory({**kept, "files": damage})) == told
