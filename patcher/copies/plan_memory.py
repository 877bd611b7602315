"""What the rules say of files, remembered by content: a check that runs again asks none of them a second time.

What is remembered says which places a file has and that its rewrite was verified. Only `check`, which writes nothing,
may be given the memory of an earlier run; whoever writes judges and verifies the bytes again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import blake2b
from typing import Any

from patcher.catalogue.load import fingerprint
from patcher.catalogue.own_source import source_digest
from patcher.model import Verdict
from patcher.rule import Rule
from patcher.semantic_patch.examine import Examined, RuleSite, examine
from patcher.semantic_patch.location import Location
from patcher.semantic_patch.verify import unsound
from patcher.syntax.tree import errors, parse
from patcher.text.edits import Edit

_MOST = 1_000  # files, of the copies that one folder has
_ROOMS = ("semantic_patch", "syntax", "text", "retention", "rule.py", "semver.py")


class PlanMemory:
    """Judges files by rules; what it is asked again it knows.

    Args:
        held: what `kept` gave in an earlier run; of no use when the rules or nextfix have changed since.
    """

    def __init__(self, held: Mapping[str, Any] | None = None) -> None:
        self._before = held or {}
        self._known: dict[str, Any] | None = None
        self._used: dict[str, dict[str, Any]] = {}
        self.is_new = False

    @property
    def kept(self) -> dict[str, Any]:
        """All that this run was asked, for the next one."""
        files = {**(self._known or {}), **self._used}
        return {"version": _version(), "files": {key: files[key] for key in [*files][-_MOST:]}}

    def judged(
        self, rules: Sequence[Rule], release: str, source: bytes, style: str
    ) -> tuple[bool, tuple[Examined, ...]]:
        """Whether `source` has a syntax error, and what each of `rules` says of it; see `examine`."""
        entry = self._entry(rules, release, source, style)
        if (known := _known(rules, entry)) is None:
            tree = parse(source)
            examined = tuple(examine(rule, release, source, tree, style) for rule in rules)
            entry["broken"] = any(errors(tree.root_node))
            entry["examined"] = [_written(result) for result in examined]
            self.is_new = True
            known = entry["broken"], examined
        return known

    def unsound(
        self,
        asked: Sequence[Rule],
        rules: Sequence[Rule],
        release: str,
        old: bytes,
        edits: Sequence[Edit],
        new: bytes,
        style: str,
    ) -> str:
        """Why `new` must not replace `old`, of which `asked` were judged and `rules` are applied; see
        `patcher.semantic_patch.verify.unsound`."""
        entry = self._entry(asked, release, old, style)
        made = [*(rule.id for rule in rules), _digest(new)]
        if entry.get("sound") == made:
            return ""
        reason = unsound(rules, release, old, edits, new, style)
        if not reason:
            entry["sound"] = made
            self.is_new = True
        return reason

    def _entry(self, rules: Sequence[Rule], release: str, source: bytes, style: str) -> dict[str, Any]:
        key = " ".join((release, style, _digest(source), *(rule.id for rule in rules)))
        if self._known is None:
            files = self._before.get("files")
            usable = isinstance(files, dict) and self._before.get("version") == _version()
            self._known = dict(files) if usable and files else {}
        known = self._known.get(key)
        return self._used.setdefault(key, known if isinstance(known, dict) else {})


def _version() -> str:
    return f"{source_digest(_ROOMS)} {fingerprint()}"


def _digest(source: bytes) -> str:
    return blake2b(source, digest_size=16).hexdigest()


def _written(result: Examined) -> dict[str, Any]:
    sites = [[asdict(site.location), site.slot, site.keeps] for site in result.sites]
    edits = [[edit.start, edit.end, edit.new.decode("utf-8", "surrogateescape")] for edit in result.edits]
    return {"verdict": str(result.verdict), "reason": result.reason, "sites": sites, "edits": edits}


def _known(rules: Sequence[Rule], entry: Mapping[str, Any]) -> tuple[bool, tuple[Examined, ...]] | None:
    """What `entry` says of each of `rules`; None when it says nothing that one can use."""
    try:
        results = zip(rules, entry["examined"], strict=True)
        return bool(entry["broken"]), tuple(_read(rule, held) for rule, held in results)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _read(rule: Rule, held: Mapping[str, Any]) -> Examined:
    sites = tuple(RuleSite(Location(**where), slot, keeps) for where, slot, keeps in held["sites"])
    edits = tuple(Edit(a, b, new.encode("utf-8", "surrogateescape")) for a, b, new in held["edits"])
    return Examined(rule, Verdict(held["verdict"]), held["reason"], sites, edits)
