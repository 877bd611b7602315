"""Each family's examples, run under Node: the retaining one keeps the request, the healthy one does not."""

import json
import shutil
import subprocess

import pytest

from patcher.analysis.file import analyse
from patcher.catalogue.load import families
from patcher.rule import Family

HARNESS = """
const { AsyncLocalStorage } = require("node:async_hooks")
const als = new AsyncLocalStorage()
const pause = (ms) => new Promise((done) => setTimeout(done, ms))
async function main(source) {
  const exports = {}
  new Function("exports", "require", source)(exports, require)
  const request = await (async () => {
    let store = { request: { url: "/" } }
    const weak = new WeakRef(store.request)
    await als.run(store, () => exports.handle(async () => "job"))
    store = null
    return weak
  })()
  for (let round = 0; round < 6; round++) {
    await pause(10)
    globalThis.gc()
  }
  console.log(JSON.stringify({ kept: request.deref() !== undefined }))
  process.exit(0)
}
main(require("node:fs").readFileSync(0, "utf8"))
"""

FAMILIES = list(families().values())
NODE = shutil.which("node")


def keeps_the_request(source: str) -> bool:
    assert NODE is not None
    command = [NODE, "--expose-gc", "-e", HARNESS]
    run = subprocess.run(command, input=source, capture_output=True, text=True, timeout=60, check=True)
    return bool(json.loads(run.stdout)["kept"])


def holds_handles_back() -> bool:
    """Whether this Node keeps the store on promises, as it does before AsyncContextFrame (Node 24)."""
    return keeps_the_request("let p; exports.handle = () => (p = Promise.resolve())")


@pytest.fixture(scope="module")
def old_node() -> None:
    if NODE is None:
        pytest.skip("no node on PATH: the examples cannot be run")
    if not holds_handles_back():
        pytest.skip(
            "this Node keeps no store on promises (AsyncContextFrame): the examples cannot retain here"
        )


@pytest.mark.usefixtures("old_node")
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_the_retaining_example_keeps_the_request_and_the_healthy_one_frees_it(family: Family) -> None:
    assert (keeps_the_request(family.retains), keeps_the_request(family.frees)) == (True, False)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_the_analysis_flags_the_retaining_example_only(family: Family) -> None:
    flagged = [site.family for site in analyse(family.retains.encode())]

    assert (flagged, analyse(family.frees.encode())) == ([family.id], [])


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_a_message_names_the_slot_and_the_function(family: Family) -> None:
    message = family.message("this.slot", "storing")

    assert "this.slot" in message
    assert "storing" in message
