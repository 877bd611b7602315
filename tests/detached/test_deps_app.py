"""A real app of Next builds, starts and answers as before after `apply --scope deps`, keeps no request, and reverts."""

import hashlib
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.detached.deps_app import answers, applied, installed
from tests.detached.packages import rewritten


@pytest.mark.registry
@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(shutil.which("npm") is None, reason="needs npm")
@pytest.mark.skipif(
    not os.environ.get("NEXTFIX_NIGHTLY"), reason="run in the nightly job: set NEXTFIX_NIGHTLY=1"
)
def test_a_real_app_answers_as_before_with_its_dependencies_made_in_the_root(tmp_path: Path) -> None:
    app = installed(tmp_path)
    before, digests = answers(app), _digests(app)
    applied(app, "apply", "--scope", "deps")
    files = rewritten(app)
    after = answers(app)

    assert {file.relative_to(app).parts[1] for file in files} >= {"kysely", "source-map", "openai"}
    for page in ("/", "/api/orders"):
        assert [answer.status for answer in before[page]] == [200] * 3
        assert [_shown(answer.body) for answer in after[page]] == [
            _shown(answer.body) for answer in before[page]
        ]
    assert before["/api/kept"][-1].body != '{"kept":0}'
    assert after["/api/kept"][-1].body == '{"kept":0}'
    applied(app, "revert")
    assert _digests(app) == digests


def _shown(body: str) -> str:
    """What a page shows, without the names of the scripts that it loads, which are new with every build."""
    found = re.search(r"<p>.*?</p>", body)
    return found[0] if found else body


def _digests(app: Path) -> dict[str, str]:
    """The content of every script of the packages, by path."""
    scripts = sorted((app / "node_modules").glob("**/*.*js"))
    return {
        str(file.relative_to(app)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in scripts
        if file.is_file() and not file.is_symlink()
    }
