"""The analysis against 139 sites of 22 packages that were read and labelled by hand."""

import json
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from patcher.analysis.reading import look_at
from tests.corpus.scoring import Label, flagged, score
from tests.releases import release

LABELS = [
    Label(**json.loads(line)) for line in (Path(__file__).parent / "labels.jsonl").read_text().splitlines()
]


@pytest.mark.registry
@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("npm") is None, reason="no npm on PATH: the labelled releases cannot be fetched"
)
def test_the_analysis_agrees_with_the_labels_read_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    files: dict[Path, list[Label]] = defaultdict(list)
    for label in LABELS:
        files[release(*label.release) / label.file].append(label)

    hit: set[Label] = set()
    for path, labels in files.items():
        outcome = look_at(str(path))
        assert not outcome.skipped, f"{path}: {outcome.skipped}"
        if not outcome.quiet:
            hit |= flagged(labels, [site.line for site in outcome.sites], path)

    result = score(LABELS, hit)
    with capsys.disabled():
        print(f"\n{result}")
    assert result.f1 >= 0.90
