"""Which rules make no difference where the project runs, by the Node that it declares; `apply` leaves them alone.

The Node that happens to run decides nothing: an image is often built on another one than it runs on.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from patcher.npm.applicability import Situation, applies, situation_of, without_effect
from patcher.rule import Rule


def rules_without_effect(rules: Iterable[Rule], project: Path) -> dict[str, str]:
    """Map the id of each rule that keeps no request on the Node that `project` declares to the reason."""
    rules = tuple(rules)
    situation = _situation(project) if rules else None
    if situation is None or not situation.runtime.declared:
        return {}
    reason = f"it keeps no request on {situation.runtime}; --all rewrites it"
    return {rule.id: reason for rule in rules if _without_effect(rule, situation)}


@cache
def _situation(project: Path) -> Situation:
    return situation_of(project, running=False)


def _without_effect(rule: Rule, situation: Situation) -> bool:
    kinds = {rewrite.keeps for rewrite in rule.rewrites if rewrite.slot}
    return bool(kinds) and all(without_effect(applies(kind, situation)) for kind in kinds)
