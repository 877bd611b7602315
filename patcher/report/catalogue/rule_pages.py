"""Rules for people: the catalogue and the page of one rule, made from the rule itself."""

from collections.abc import Iterable, Mapping
from textwrap import dedent, fill, indent
from typing import Any

from patcher.catalogue.load import package_record
from patcher.model import RuleInfo
from patcher.retention.kinds import KINDS
from patcher.retention.words import when
from patcher.rule import STYLES, Family, Rewrite, Rule

_STYLE_NOTES = """\
documented     awaits, then stores the value, as the original report does. 20 concurrent first calls build 20
               servers, so await app.prepare() before listening; a failure is tried again by the next call.
single-flight  stores the value too, but concurrent first callers share the one in flight: 20 first calls
               build 1 server, all 20 see its failure, and the next call tries again."""

_OWN_SAFETY = """\
Rewritten in one's own source only, and only where nothing else uses the slot, in this file or another, where
callers get a promise as before, and where the file is well formed. Values are kept as they are, also false and
undefined. A failure is not remembered: the next call tries again. In single-flight concurrent first callers
share one promise, in documented each makes its own. Anything else is left alone, and the reason said."""


def record(rule: Rule) -> dict[str, Any]:
    """A rule as JSON shows it."""
    return {
        "id": rule.id,
        "title": rule.title,
        "package": rule.package,
        "versions": rule.versions,
        "fixed_upstream": rule.fixed_upstream,
        "severity": [{"versions": versions, "severity": severity} for versions, severity in rule.severity],
        "files": list(rule.files),
        "rebuild": rule.rebuild,
        "references": list(rule.references),
    }


def table(rules: tuple[Rule, ...], *, markdown: bool) -> str:
    """The catalogue: a line for each rule, or the table of rules/README.md."""
    if not markdown:
        width = max(len(rule.id) for rule in rules)
        return "\n".join(f"{rule.id:{width}}  {rule.package} {rule.versions}  {rule.title}" for rule in rules)
    lines = ["| rule | releases | severity | what is kept |", "| --- | --- | --- | --- |"]
    for rule in rules:
        severity = ", ".join(f"{level} {versions}".removesuffix(" *") for versions, level in rule.severity)
        releases = f"`{rule.package}` {rule.versions}".replace("||", "or")
        lines.append(f"| `{rule.id}` | {releases} | {severity} | {rule.title} |")
    return "\n".join(lines)


def explanation(rule: Rule) -> str:
    """The page of one rule: what, why, which releases, before and after, fix safety, references."""
    severity = ", ".join(f"{level} ({versions})" for versions, level in rule.severity)
    upstream = f"fixed upstream in {rule.fixed_upstream}" if rule.fixed_upstream else "not fixed upstream"
    parts = [
        f"{rule.id}: {rule.title}",
        fill(rule.why, 100),
        f"Package   {rule.package} {rule.versions}, {upstream}\nSeverity  {severity}",
        ("Files that a build copies\n" if rule.rebuild else "Files that Node runs\n")
        + indent("\n".join(rule.files), "    "),
    ]
    if rule.rebuild:
        record = package_record(rule.package)
        parts.append(
            fill(f"An app's build copies this code: {record.rebuild}; {record.rebuild_because}.", 100)
        )
    if rule.dead:
        parts.append("Copies that no server runs, left alone\n" + indent("\n".join(rule.dead), "    "))
    for rewrite in rule.rewrites:
        parts.extend(_before_and_after(rewrite))
    if any(not isinstance(rewrite.write, str) for rewrite in rule.rewrites):
        parts.append("Styles\n" + indent(_STYLE_NOTES, "    "))
    parts.append(
        "Fix safety\n"
        + indent(
            "Rewritten only where the code is as published; the result must parse, keep every byte outside\n"
            "the edits, and satisfy the rule. Code that was captured is copied byte for byte.",
            "    ",
        )
    )
    if rule.references:
        parts.append("References\n" + indent("\n".join(rule.references), "    "))
    return "\n\n".join(parts)


def general_lines(infos: Iterable[RuleInfo]) -> str:
    """A line for each rule that is of no package: id, severity, title."""
    known = tuple(infos)
    width = max(len(info.id) for info in known)
    return "\n".join(f"{info.id:{width}}  {info.severity:7}  {info.title}" for info in known)


def families_table(families: Iterable[Family]) -> str:
    """The families of the general analysis as the table of patcher/check/README.md."""
    lines = [
        "| family | severity | what it keeps | how many | on which Node |",
        "| --- | --- | --- | --- | --- |",
    ]
    for family in families:
        kind, where = KINDS[family.keeps].name, when(family.keeps)
        lines.append(f"| `{family.id}` | {family.severity} | {kind} | {family.growth} | {where} |")
    return "\n".join(lines)


def general_record(info: RuleInfo) -> dict[str, Any]:
    """A rule that is of no package, as JSON shows it."""
    return {"id": info.id, "title": info.title, "package": None, "severity": info.severity}


def general_explanation(
    info: RuleInfo, retains: str = "", frees: str = "", fixed: Mapping[str, str] | None = None
) -> str:
    """The page of a rule that is of no package.

    Args:
        info: what is known of it.
        retains: an example that keeps the request.
        frees: one that does not.
        fixed: what `check --fix` makes of the first, by style, the default first; empty when it fixes none, None
            for a rule that has nothing to fix.
    """
    parts = [f"{info.id}: {info.title}", fill(info.why, 100), f"Severity  {info.severity}"]
    if retains:
        parts += [f"Keeps the request\n{_code(retains)}", f"Does not\n{_code(frees)}"]
    parts.append("What to do\n" + indent(fill(info.help, 96), "    "))
    if fixed is not None:
        parts += _fixes(fixed)
    return "\n\n".join(parts)


def _fixes(fixed: Mapping[str, str]) -> list[str]:
    if not fixed:
        return ["Fix safety\n    Not rewritten by 'nextfix check --fix'; people have to fix it."]
    same = len(set(fixed.values())) == 1
    parts = []
    for number, (style, text) in enumerate(fixed.items()):
        if number and same:
            break
        name = "" if same else f", {style}{'' if number else ' (default)'}"
        parts.append(f"What 'nextfix check --fix' makes of it{name}\n{_code(text)}")
    return [*parts, "Fix safety\n" + indent(_OWN_SAFETY, "    ")]


def _before_and_after(rewrite: Rewrite) -> list[str]:
    where = f" in {rewrite.inside}" if rewrite.inside else ""
    when = "" if rewrite.versions == "*" else f" (releases {rewrite.versions})"
    parts = [f"Before{where}{when}\n{_code(rewrite.find)}"]
    if isinstance(rewrite.write, str):
        return [*parts, f"After\n{_code(rewrite.write)}"]
    return parts + [f"After, {style}\n{_code(rewrite.template(style))}" for style in STYLES]


def _code(text: str) -> str:
    return indent(dedent(text).strip("\n"), "    ")
