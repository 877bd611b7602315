"""How findings are held against labels.

A finding matches a label of the same file within two lines of it; failing that, when both lie in the same
innermost function, unless that function holds labels of both kinds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import parse, walk

TOLERANCE = 2


@dataclass(frozen=True)
class Label:
    """One site, read and judged by hand."""

    package: str
    version: str
    file: str
    line: int
    function: str
    pattern: str
    label: str
    certainty: str
    why: str

    @property
    def release(self) -> tuple[str, str]:
        return (self.package, self.version)


@dataclass(frozen=True)
class Score:
    """The labels flagged and not, by what they are."""

    found: tuple[Label, ...]
    missed: tuple[Label, ...]
    false_alarms: tuple[Label, ...]

    @property
    def f1(self) -> float:
        hits = len(self.found)
        return 2 * hits / ((2 * hits + len(self.missed) + len(self.false_alarms)) or 1)

    @property
    def precision(self) -> float:
        hits = len(self.found)
        return hits / ((hits + len(self.false_alarms)) or 1)

    @property
    def recall(self) -> float:
        return len(self.found) / ((len(self.found) + len(self.missed)) or 1)

    def line(self) -> str:
        """Precision, recall and F1 in one line, with what they are of."""
        hits = len(self.found)
        return (
            f"precision {self.precision:.2f} ({hits} of {hits + len(self.false_alarms)})"
            f"  recall {self.recall:.2f} ({hits} of {hits + len(self.missed)})  F1 {self.f1:.2f}"
        )

    def __str__(self) -> str:
        counts = f"{len(self.found)} found, {len(self.missed)} missed, {len(self.false_alarms)} false alarms"
        lines = [f"F1 {self.f1:.3f}: {counts}"]
        for title, labels in (("missed", self.missed), ("false alarm", self.false_alarms)):
            lines += [
                f"  {title}: {x.package}@{x.version} {x.file}:{x.line} {x.function} ({x.why})" for x in labels
            ]
        return "\n".join(lines)


def flagged(labels: Sequence[Label], lines: Sequence[int], source: Path) -> set[Label]:
    """The labels of one file that findings at `lines` match."""
    hit: set[Label] = set()
    spans: list[tuple[int, int]] | None = None
    for line in lines:
        distance = min((abs(label.line - line) for label in labels), default=TOLERANCE + 1)
        if distance <= TOLERANCE:
            hit.update(label for label in labels if abs(label.line - line) == distance)
            continue
        spans = _spans(source) if spans is None else spans
        around = _innermost(spans, line)
        same = [label for label in labels if around is not None and _innermost(spans, label.line) == around]
        if len({label.label for label in same}) == 1:
            hit.update(same)
    return hit


def score(labels: Sequence[Label], hit: set[Label]) -> Score:
    """Labels and the flagged ones among them, as a score."""
    positive = [label for label in labels if label.label == "positive"]
    return Score(
        tuple(label for label in positive if label in hit),
        tuple(label for label in positive if label not in hit),
        tuple(label for label in labels if label.label == "negative" and label in hit),
    )


def _spans(source: Path) -> list[tuple[int, int]]:
    tree = parse(source.read_bytes())
    return [(n.start_point.row + 1, n.end_point.row + 1) for n in walk(tree.root_node) if n.type in FUNCTIONS]


def _innermost(spans: list[tuple[int, int]], line: int) -> tuple[int, int] | None:
    around = [span for span in spans if span[0] <= line <= span[1]]
    return min(around, key=lambda span: span[1] - span[0], default=None)
