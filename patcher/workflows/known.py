"""Every rule that a finding can name, as reports, configuration and inline ignores know it."""

from collections.abc import Mapping
from functools import cache

from patcher.model import RuleInfo
from patcher.registry.catalogue import rules
from patcher.rule import Rule
from patcher.workflows.judge import IGNORE_RULES


@cache
def package_rules() -> Mapping[str, RuleInfo]:
    """The rules of known defects of packages, by id."""
    return {rule.id: _described(rule) for rule in rules()}


@cache
def all_rules() -> Mapping[str, RuleInfo]:
    """All rules by id: of packages, of the analysis, of ignore comments."""
    return {**package_rules(), **{info.id: info for info in IGNORE_RULES}}


def _described(rule: Rule) -> RuleInfo:
    """A package's rule; its severity is the gravest that any release has."""
    upgrade = f", or upgrade {rule.package} to {rule.fixed_upstream}" if rule.fixed_upstream else ""
    return RuleInfo(
        id=rule.id,
        title=rule.title,
        why=rule.why,
        help=f"Run `nextfix diff` to see the change and `nextfix apply` to make it{upgrade}.",
        severity=min((severity for _, severity in rule.severity), key=lambda severity: severity.rank),
        references=rule.references,
    )
