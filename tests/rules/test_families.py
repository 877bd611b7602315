"""Each family's examples, run under Node: the retaining one keeps the request, the healthy one does not."""

import json
import os
import shutil
import subprocess

import pytest

from patcher.analysis.file import analyse
from patcher.catalogue.load import families
from patcher.retention.table import Release, kept, release_of
from patcher.rule import Family
from tests.retention.measure import node as program

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
    await als.run(store, () => exports.handle(async () => "job", store.request))
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


def keeps_the_request(source: str, node: str | None = NODE) -> bool:
    assert node is not None
    command = [node, "--expose-gc", "-e", HARNESS]
    run = subprocess.run(command, input=source, capture_output=True, text=True, timeout=60, check=True)
    return bool(json.loads(run.stdout)["kept"])


def holds_handles_back() -> bool:
    """Whether this Node keeps the store on promises, as it does before AsyncContextFrame (Node 24)."""
    return keeps_the_request("let p; exports.handle = () => (p = Promise.resolve())")


def hold_to_the_table(family: Family, node: str, release: Release) -> None:
    """Run both examples on `node`: the healthy one keeps nothing, the other what the table says of its kind."""
    found = (keeps_the_request(family.retains, node), keeps_the_request(family.frees, node))
    assert found == (kept(family.keeps, release), False)


@pytest.fixture(scope="module")
def running() -> Release:
    if NODE is None:
        pytest.skip("no node on PATH: the examples cannot be run")
    version = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout
    return release_of(version.strip().removeprefix("v"))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_the_examples_keep_the_request_or_not_as_the_table_says_of_the_node_that_runs(
    family: Family, running: Release
) -> None:
    assert NODE is not None
    hold_to_the_table(family, NODE, running)


# Every family on every line of Node is for the night; two that tell the lines apart are for every day.
SAMPLE = ("kept-timer", "long-lived-race")


@pytest.mark.registry
@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH: Node releases cannot be fetched")
@pytest.mark.parametrize("version", ["20.20.2", "22.23.3", "24.11.0", "24.21.0", "26.10.0"])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_the_examples_keep_the_request_or_not_as_the_table_says_of_each_node(
    family: Family, version: str
) -> None:
    every = os.environ.get("NEXTFIX_NIGHTLY")
    if not every and (family.id not in SAMPLE or version not in ("24.11.0", "24.21.0")):
        pytest.skip("run in the nightly job: set NEXTFIX_NIGHTLY=1")
    hold_to_the_table(family, str(program(version)), release_of(version))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_the_analysis_flags_the_retaining_example_only(family: Family) -> None:
    flagged = [site.family for site in analyse(family.retains.encode())]

    assert (flagged, analyse(family.frees.encode())) == ([family.id], [])


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_a_message_names_the_slot_and_the_function(family: Family) -> None:
    message = family.message("this.slot", "storing")

    assert "this.slot" in message
    assert "storing" in message
