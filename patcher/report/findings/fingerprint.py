"""What makes a finding the same finding tomorrow: everything but the place where its line happens to be."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from patcher.model import Finding

LENGTH = 24


def fingerprints(findings: Sequence[Finding]) -> tuple[str, ...]:
    """One fingerprint for each of `findings`, in their order; unique among them.

    It is the hash of rule, file, function and slot, and of the number among those that share all four,
    counted in report order. Lines and messages are left out, so code that moves keeps its fingerprint. In
    an installed package the file is named inside the package, so neither a hoisted copy nor a new release
    of the package makes an old finding new.

    Returns:
        Hexadecimal digits, LENGTH each (96 bits).
    """
    seen: Counter[tuple[str, ...]] = Counter()
    by_place: dict[int, str] = {}
    for index in sorted(range(len(findings)), key=lambda index: findings[index].order):
        identity = _identity(findings[index])
        text = "\0".join((*identity, str(seen[identity])))
        by_place[index] = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]
        seen[identity] += 1
    return tuple(by_place[index] for index in range(len(findings)))


def _identity(finding: Finding) -> tuple[str, ...]:
    path = finding.path
    if finding.package is not None:
        path = path.rpartition("node_modules/")[2]
    return (finding.rule, path, finding.function, finding.slot)
