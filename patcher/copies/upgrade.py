"""When an upgrade makes rules unnecessary: the release that fixed each defect of a copy."""

from patcher.catalogue.load import rules
from patcher.model import CopyState, Verdict
from patcher.semver import order


def expiry(state: CopyState) -> str:
    """Say which release makes the rules of a copy unnecessary, and which rules no release does; empty for none."""
    needed = {
        rule.rule
        for file in state.files
        for rule in file.rules
        if rule.verdict in (Verdict.AFFECTED, Verdict.APPLIED)
    }
    known = [rule for rule in rules() if rule.id in needed]
    fixed = sorted({rule.fixed_upstream for rule in known if rule.fixed_upstream}, key=order)
    parts = []
    for release in fixed:
        names = ", ".join(rule.id for rule in known if rule.fixed_upstream == release)
        parts.append(f"{state.name} {release} makes {names} unnecessary")
    lasting = ", ".join(rule.id for rule in known if not rule.fixed_upstream)
    if lasting:
        parts.append(f"no release known to nextfix fixes {lasting}")
    return "; ".join(parts)
