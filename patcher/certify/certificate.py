"""The certificate of one release: what every rule and style makes of its files, verified. Bytes in, facts out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from patcher.catalogue.ledger import EVERY_STYLE, combination
from patcher.certify.behaviour import harness_of
from patcher.certify.twins import places, twins
from patcher.disk.receipt import digest
from patcher.model import Severity, Verdict
from patcher.report.diff_text import counts
from patcher.rule import STYLES, Rule
from patcher.semantic_patch.examine import Examined, examine
from patcher.semantic_patch.verify import unsound
from patcher.semver import in_range
from patcher.syntax.tree import Tree, errors, parse
from patcher.text.edits import OverlapError, apply_edits
from patcher.text.unified import unified


@dataclass(frozen=True, slots=True)
class CertifiedRewrite:
    """One rewrite of one file: the bytes, their hashes before and after, and how it came about."""

    path: str
    harness: Path
    style: str
    rules: str
    before: str
    after: str
    original: bytes
    rewritten: bytes


@dataclass(slots=True)
class Certificate:
    """What the rules make of one release.

    Attributes:
        version: the release.
        rules: the rules that hold for it, by id.
        files: for each file that they rewrite, what the ledger records.
        results: every rewrite of every file, for checks that need the text itself.
        problems: why the release cannot be certified; empty when it can.
    """

    version: str
    rules: tuple[str, ...]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    results: list[CertifiedRewrite] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def certify_files(version: str, files: Mapping[str, bytes], rules: Sequence[Rule]) -> Certificate:
    """Try every rule and style on the files of a release.

    Each rule in range must find its code as published in every one of its files that the release has, and
    each rewrite, alone and with the others of its file, must pass verification. A rule out of range must
    not find its code, and no file has the code of a rule that does not name it.
    """
    live = tuple(rule for rule in rules if rule.covers(version))
    certificate = Certificate(version, tuple(sorted(rule.id for rule in live)))
    for rule in live:
        if not any(path in files for path in rule.files):
            certificate.problems.append(f"{rule.id}: the release has none of {', '.join(rule.files)}")
    for path in sorted({path for rule in rules for path in rule.files} & files.keys()):
        tree = parse(files[path])
        if any(errors(tree.root_node)):
            certificate.problems.append(f"{path}: does not parse as published")
            continue
        here = tuple(rule for rule in live if path in rule.files)
        certificate.problems.extend(_outside(version, path, files[path], tree, rules))
        if here:
            _certify_file(certificate, path, files[path], tree, here)
    certificate.problems.extend(twins(files, rules))
    return certificate


def _certify_file(
    certificate: Certificate, path: str, source: bytes, tree: Tree, rules: tuple[Rule, ...]
) -> None:
    """Record one file with every style and combination of rules, or the problems with it."""
    rewrites: dict[str, dict[str, Any]] = {}
    for style in STYLES:
        examined = [examine(rule, certificate.version, source, tree, style) for rule in rules]
        unfit = [result for result in examined if result.verdict is not Verdict.AFFECTED]
        if unfit:
            certificate.problems.extend(f"{path}: {_unfit(result)}" for result in unfit)
            return
        rewrites[style] = {}
        for chosen in _combinations(certificate.version, examined):
            key = combination(result.rule.id for result in chosen)
            entry = _rewrite(certificate, path, source, chosen, style)
            if entry is None:
                return
            rewrites[style][key] = entry
    if all(results == rewrites[STYLES[0]] for results in rewrites.values()):
        rewrites = {EVERY_STYLE: rewrites[STYLES[0]]}
    certificate.files[path] = {"sha256": digest(source), "bytes": len(source), "rewrites": rewrites}


def _unfit(result: Examined) -> str:
    return f"{result.rule.id} says {result.verdict}" + (f": {result.reason}" if result.reason else "")


def _combinations(version: str, examined: list[Examined]) -> Iterator[tuple[Examined, ...]]:
    """Each rule alone, and together those that `apply` uses by default."""
    for result in examined:
        yield (result,)
    default = tuple(r for r in examined if r.rule.severity_in(version) is not Severity.NOTE)
    if len(default) > 1:
        yield default


def _rewrite(
    certificate: Certificate, path: str, source: bytes, chosen: tuple[Examined, ...], style: str
) -> dict[str, Any] | None:
    """One rewrite of one file as the ledger records it, or None when it does not pass verification."""
    edits = [edit for result in chosen for edit in result.edits]
    rules = [result.rule for result in chosen]
    ids = combination(rule.id for rule in rules)
    try:
        new = apply_edits(source, edits)
        reason = unsound(rules, certificate.version, source, edits, new, style)
    except OverlapError as error:
        reason = str(error)
    if reason:
        certificate.problems.append(f"{path}: {ids} ({style}): {reason}")
        return None
    result = CertifiedRewrite(
        path, harness_of(rules[0]), style, ids, digest(source), digest(new), source, new
    )
    certificate.results.append(result)
    return {"sha256": result.after, "bytes": len(new), "hunks": counts(unified(source, new, path))[0]}


def _outside(version: str, path: str, source: bytes, tree: Tree, rules: Sequence[Rule]) -> Iterator[str]:
    """Where the hostile code of a rule stands in a release that the rule, or its rewrite, leaves out."""
    for rule in rules:
        here = rule.rewrites if path in rule.files else ()
        covered = [each for each in here if rule.covers(version) and in_range(version, each.versions)]
        written = [match.start for each in covered for match in places(each, source, tree)]
        for rewrite in here:
            harmless = bool(rewrite.harmless) and in_range(version, rewrite.harmless)
            if rewrite in covered or harmless or not rewrite.slot:
                continue
            if any(match.start not in written for match in places(rewrite, source, tree)):
                yield f"{path}: the pattern of {rule.id} matches outside its range {rule.versions}"
