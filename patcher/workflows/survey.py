"""Everything that `check` looks at, as one report: installed copies, one's own source, the dependencies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from patcher.errors import NextfixError
from patcher.model import CopyState, Report, RuleInfo, Severity, Skipped
from patcher.registry.catalogue import rules
from patcher.rule import Rule
from patcher.text.paths import shown
from patcher.workflows.check import check_rules
from patcher.workflows.judge import IGNORE_RULES, Run
from patcher.workflows.request import Request
from patcher.workflows.scope import Scope


def rule_infos() -> Mapping[str, RuleInfo]:
    """What reports say of every rule, by id."""
    infos = (*(rule_info(rule) for rule in rules()), *IGNORE_RULES)
    return {info.id: info for info in infos}


def rule_info(rule: Rule) -> RuleInfo:
    """What reports say of a package's rule; its severity is the gravest that any release has."""
    upgrade = f", or upgrade {rule.package} to {rule.fixed_upstream}" if rule.fixed_upstream else ""
    return RuleInfo(
        id=rule.id,
        title=rule.title,
        why=rule.why,
        help=f"Run `nextfix diff` to see the change and `nextfix apply` to make it{upgrade}.",
        severity=min((severity for _, severity in rule.severity), key=lambda severity: severity.rank),
        references=rule.references,
    )
