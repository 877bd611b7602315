"""Memos that only a failure empties, in shapes that look like something else: found, and their healthy twins not."""

import shutil

import pytest

from patcher.analysis.file import analyse
from tests.rules.test_families import holds_handles_back, keeps_the_request

NODE = shutil.which("node")

OPEN = """
const open = () => {
  const it = { onConnect(f) { setTimeout(() => f("db"), 1); return it }, onConnectError() { return it } }
  return it }
"""
BUILDER = (
    OPEN
    + """
let connection = null
exports.handle = function get() {
  if (!connection) {
    connection = new Promise((resolve, reject) => {
      open().onConnect((db) => { HAPPY resolve(db) }).onConnectError((error) => { connection = null; reject(error) })
    })
  }
  return connection
}
"""
)
DEFAULT = """
let found
const detect = async () => "caps"
exports.handle = async function get() {
  const current = found ?? detect()
  found = current
  try { return await current } END
}
"""
KEEPS = {
    "the failure's callback of a builder": BUILDER.replace("HAPPY", ""),
    "a default through a constant": DEFAULT.replace(
        "END", "catch (error) { if (found === current) found = undefined; throw error }"
    ),
}
FREES = {
    "the failure's callback and the other one": BUILDER.replace("HAPPY", "connection = null;"),
    "a default through a constant that is emptied in any case": DEFAULT.replace(
        "END", "finally { if (found === current) found = undefined }"
    ),
}


@pytest.mark.parametrize("source", KEEPS.values(), ids=KEEPS.keys())
def test_what_only_a_failure_empties_is_found(source: str) -> None:
    assert [site.family for site in analyse(source.encode())] == ["error-only-reset"]


@pytest.mark.parametrize("source", FREES.values(), ids=FREES.keys())
def test_what_success_empties_too_is_not(source: str) -> None:
    assert analyse(source.encode()) == []


@pytest.mark.skipif(NODE is None, reason="no node on PATH: the examples cannot be run")
@pytest.mark.parametrize(
    ("source", "kept"), [*((s, True) for s in KEEPS.values()), *((s, False) for s in FREES.values())]
)
def test_node_keeps_the_request_of_the_one_and_frees_that_of_the_other(source: str, kept: bool) -> None:
    assert keeps_the_request(source) is (kept and holds_handles_back())
