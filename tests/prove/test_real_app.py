"""The experiment on a real open-source app with a custom server over next: react-email, which shows a folder's letters.

Its server and its build are what npm has under that name, held to the hashes of `letters/package-lock.json`; the
letter is our own writing. A request makes esbuild start its service, a process that outlives it.
"""

import os
import shutil
from pathlib import Path

import pytest

from patcher.prove.events import Progress
from patcher.prove.own import OwnApp, run_own
from patcher.prove.stage import Stage
from tests.releases import locked_tree

LETTERS = Path(__file__).with_name("letters")
START = "node --require dd-trace/init node_modules/react-email/dist/cli/index.js dev --port {port}"
PAGES = ("/", "/preview/hello")


@pytest.mark.registry
@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH: nothing can be installed")
@pytest.mark.skipif(not os.environ.get("NEXTFIX_NIGHTLY"), reason="three minutes; set NEXTFIX_NIGHTLY=1")
def test_what_a_real_app_keeps_is_named_by_variables_of_its_packages_and_does_not_grow(
    tmp_path: Path,
) -> None:
    app = tmp_path / "letters"
    shutil.copytree(LETTERS, app)
    shutil.copytree(locked_tree(LETTERS), app / "node_modules", symlinks=True)

    with Stage() as stage:
        result = run_own(
            stage, OwnApp(app, START, PAGES, node="22.23.3", requests=5), Progress(lambda *_: None)
        )

    assert all(result.cell("original", page) for page in PAGES)
    slots = [slot for each in result.measurements if each.phase == "original" for slot in each.slots]
    labels = [slot.label for slot in slots]
    assert any("runInCleanSnapshot in (app-render/" in label for label in labels), labels
    assert any("child in (lib/main.js)" in label for label in labels), labels
    assert [label for label in labels if "(roots)" in label or "native code" in label] == []
    assert [slot.label for slot in slots if not slot.growth.startswith("bounded")] == []
