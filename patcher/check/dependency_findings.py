"""What `--scope deps` asks of apply, diff and export: the findings of check in packages that no rule knows."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from patcher.catalogue.load import rules_of
from patcher.check.run import survey, wanted
from patcher.check.scope import Scope, parse_scopes
from patcher.copies.request import Request
from patcher.errors import ExitCode, NextfixError
from patcher.model import Severity

_ADMITTED = frozenset({Scope.RULES, Scope.DEPS})


def with_dependencies(request: Request, scopes: Sequence[str] | None, names: Collection[str]) -> Request:
    """`request` for the scopes that were asked for: the rules, the dependencies, or both.

    Args:
        request: what else was asked for.
        scopes: the words of `--scope`; None for the rules alone.
        names: the packages of `--package`; empty for all.

    Raises:
        NextfixError: USAGE for a scope that is not one of the two, or a package without the dependencies.
    """
    chosen = parse_scopes(scopes) if scopes else frozenset({Scope.RULES})
    if not chosen <= _ADMITTED:
        raise NextfixError(
            ExitCode.USAGE,
            "--scope: only installed packages are rewritten here",
            hint="write rules, deps or rules,deps; for your own source there is 'nextfix check --fix'",
        )
    if Scope.DEPS not in chosen:
        if names:
            raise NextfixError(ExitCode.USAGE, "--package belongs to --scope deps", hint="add --scope deps")
        return request
    report = survey(wanted([request.root], [Scope.DEPS], Severity.WARNING, None, None), lambda *_: None)
    if not report.scanned:
        raise NextfixError(
            ExitCode.NOTHING,
            "no dependency to look at",
            path=request.root,
            hint="install first, or name the folder that has node_modules",
        )
    found: defaultdict[tuple[str, str], set[tuple[str, str, str]]] = defaultdict(set)
    for finding in report.findings:
        package = finding.package
        if package is None or finding.severity is Severity.NOTE or (names and package.name not in names):
            continue
        by_rules = Scope.RULES in chosen and any(
            rule.covers(package.version) for rule in rules_of(package.name)
        )
        if not by_rules:
            found[package.name, package.version].add((finding.rule, finding.function, finding.slot))
    dependencies = {package: frozenset(sites) for package, sites in found.items()}
    return replace(request, by_rules=Scope.RULES in chosen, by_findings=True, dependencies=dependencies)
