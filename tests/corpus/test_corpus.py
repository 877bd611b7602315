"""The analysis against sites that were read and labelled by hand.

`labels.jsonl` was known while the rules were written; the sites of `labels-fresh.jsonl` were chosen and labelled
before the analysis was run on their releases.
"""

import json
import shutil
import tarfile
from collections import defaultdict
from pathlib import Path

import pytest

from patcher.scan.read import look_at
from patcher.scan.served import is_quiet
from tests.corpus.scoring import Label, flagged, score
from tests.releases import tarball

HERE = Path(__file__).parent
APPLICATIONS = sorted(path.name for path in HERE.glob("labels-apps*.jsonl"))


def labels_of(name: str) -> list[Label]:
    """The labels in a file beside this one."""
    lines = (HERE / name).read_text().splitlines()
    return [Label(**json.loads(line)) for line in lines]


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
@pytest.mark.parametrize("name", ["labels.jsonl", "labels-fresh.jsonl"])
def test_the_analysis_agrees_with_the_labels_read_by_hand(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hit: set[Label] = set()
    known = labels_of(name)
    for release in sorted({label.release for label in known}):
        files = unpacked([label for label in known if label.release == release], tmp_path)
        for path, labels in files.items():
            outcome = look_at(str(path))
            assert not outcome.skipped, f"{path}: {outcome.skipped}"
            if not is_quiet(str(path), browser=outcome.browser):
                hit |= flagged(labels, [site.line for site in outcome.sites], path)

    result = score(known, hit)
    with capsys.disabled():
        print(f"\n{name}: {result}")
    assert result.f1 >= 0.90


@pytest.mark.parametrize("name", APPLICATIONS)
def test_labels_of_applications_name_a_commit_and_judge_each_site_once(name: str) -> None:
    known = labels_of(name)
    places = [(label.package, label.file, label.line, label.function) for label in known]
    assert len(set(places)) == len(places) > 0
    assert all(
        len(label.version) == 40 and label.label in ("positive", "negative", "grey") for label in known
    )
