"""A server that calls AWS, Google, Stripe, MySQL and Sentry keeps no request once their packages are rewritten.

The services are stood in for by `services/backends.cjs`, on this machine.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from patcher.prove.events import Progress
from patcher.prove.own import OwnApp, run_own
from patcher.prove.stage import Stage

SERVICES = Path(__file__).with_name("services")
PAGES = ("/s3", "/dynamo", "/google", "/stripe", "/sql", "/sentry")
# The rules that name a slot in the heap as published, each time. Sentry's session timer is named only while it waits, a
# minute from the first request on; what other rules free (Sentry's transport, gaxios) has no slot of its own to name.
NAMED = {
    "22.23.3": {
        "@aws/lambda-invoke-store/invoke-store",
        "@sentry/node-core/context",
        "@smithy/core/retry-strategy",
        "@smithy/node-http-handler/http-agent",
        "gcp-metadata/is-available",
        "google-auth-library/project-id",
        "stripe/uname",
        "tarn/pool",
        "tarn/resource",
    },
    "24.11.0": {"tarn/pool"},
}


@pytest.mark.registry
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH: nothing can be installed")
@pytest.mark.skipif(not os.environ.get("NEXTFIX_NIGHTLY"), reason="two minutes a Node; set NEXTFIX_NIGHTLY=1")
@pytest.mark.parametrize("node", NAMED)
def test_no_request_to_a_service_is_kept_once_its_packages_are_rewritten(node: str, tmp_path: Path) -> None:
    shutil.copytree(SERVICES, tmp_path / "services")
    install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=tmp_path / "services", check=True, capture_output=True, timeout=600)

    with Stage() as stage:
        app = OwnApp(tmp_path / "services", "node server.cjs", PAGES, node=node, requests=5, growth=False)
        result = run_own(stage, app, Progress(lambda *_: None))

    assert result.retained("original") >= 2
    after = [each for each in result.measurements if each.phase == "all rules"]
    assert result.retained("all rules") == 0, [(each.retained, each.slots) for each in after]
    named = {
        slot.said for each in result.measurements for slot in each.slots if slot.said and "/" in slot.said
    }
    assert NAMED[node] <= named, named
