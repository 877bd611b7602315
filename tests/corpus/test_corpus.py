"""The analysis against 139 sites of 22 packages that were read and labelled by hand."""

import json
import shutil
import tarfile
from collections import defaultdict
from pathlib import Path

import pytest

from patcher.analysis.noise import is_quiet
from patcher.analysis.reading import look_at
from tests.corpus.scoring import Label, flagged, score
from tests.releases import tarball

LABELS = [
    Label(**json.loads(line)) for line in (Path(__file__).parent / "labels.jsonl").read_text().splitlines()
]


def unpacked(labels: list[Label], folder: Path) -> dict[Path, list[Label]]:
    """The labelled files of one release, each with its labels, below `folder`."""
    files: dict[Path, list[Label]] = defaultdict(list)
    package, version = labels[0].release
    with tarfile.open(tarball(package, version)) as archive:
        members = {member.name.partition("/")[2]: member for member in archive.getmembers()}
        for label in labels:
            path = folder / f"{package.replace('/', '+')}@{version}" / label.file
            held = archive.extractfile(members[label.file])
            assert held is not None
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(held.read())
            files[path].append(label)
    return files


@pytest.mark.registry
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm: the labelled releases cannot be fetched")
def test_the_analysis_agrees_with_the_labels_read_by_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hit: set[Label] = set()
    for release in sorted({label.release for label in LABELS}):
        files = unpacked([label for label in LABELS if label.release == release], tmp_path)
        for path, labels in files.items():
            outcome = look_at(str(path))
            assert not outcome.skipped, f"{path}: {outcome.skipped}"
            if not is_quiet(str(path), browser=outcome.browser):
                hit |= flagged(labels, [site.line for site in outcome.sites], path)

    result = score(LABELS, hit)
    with capsys.disabled():
        print(f"\n{result}")
    assert result.f1 >= 0.90
