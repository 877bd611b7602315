"""Every rule that a finding can name, as reports, configuration and inline ignores know it."""

from collections.abc import Mapping
from functools import cache

from patcher.catalogue.load import families, rules
from patcher.check.policy import IGNORE_RULES
from patcher.model import RuleInfo
from patcher.rule import Family, Rule


@cache
def package_rules() -> Mapping[str, RuleInfo]:
    """The rules of known defects of packages, by id."""
    return {rule.id: _described(rule) for rule in rules()}


@cache
def source_rules() -> Mapping[str, RuleInfo]:
    """The families of the general analysis, by id."""
    return {family.id: _general(family) for family in families().values()}


@cache
def ignore_rules() -> Mapping[str, RuleInfo]:
    """The rules about ignore comments, by id."""
    return {info.id: info for info in IGNORE_RULES}


@cache
def all_rules() -> Mapping[str, RuleInfo]:
    """All rules by id: of packages, of the analysis, of ignore comments."""
    return {**package_rules(), **source_rules(), **ignore_rules()}


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


def _general(family: Family) -> RuleInfo:
    title = family.title.replace("`{slot}`", "a slot").replace("`{function}`", "a function")
    return RuleInfo(id=family.id, title=title, why=family.why, help=family.fix, severity=family.severity)
