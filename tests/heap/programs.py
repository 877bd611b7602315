"""Small programs, run by a Node of a chosen release, that keep something of a fake request and write their heap."""

import os
import subprocess
from pathlib import Path

from patcher.prove.node import find_node
from patcher.prove.stage import Stage

RELEASES = ("20", "22", "24", "25", "26")
NIGHTLY = bool(os.environ.get("NEXTFIX_NIGHTLY"))

# `inside(url, work)` runs `work(request)` as the handler of a request would, in a store that holds the request.
PRELUDE = """
"use strict";
const { AsyncLocalStorage } = require("async_hooks");
const storage = new AsyncLocalStorage();
class IncomingMessage { constructor(url) { this.url = url; } }
const inside = (url, work) => {
  const request = new IncomingMessage(url);
  return storage.run({ request }, () => work(request));
};
"""
ENDING = """
const settle = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
storage.exit(async () => {
  await settle(typeof patience === "undefined" ? 50 : patience);
  for (let round = 0; round < 6; round++) { gc(); await settle(10); }
  require("v8").writeHeapSnapshot(process.argv[2]);
  process.exit();
});
"""


def heap_of(
    node: str, source: str, folder: Path, name: str = "user.cjs", *, stdout: int = subprocess.DEVNULL
) -> Path:
    """The heap of the program `source`, which has PRELUDE before it, after forced collections.

    Args:
        node: the program that runs it.
        source: JavaScript; what lives long must be reachable from a module variable of it.
        folder: an empty folder.
        name: what the program's file is called; it stands in a folder `app`.
        stdout: where the program writes. Of a pipe, whoever opens standard output in a request keeps the request.
    """
    program = folder / "app" / name
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(PRELUDE + source + ENDING)
    snapshot = folder / "a.heapsnapshot"
    command = [node, "--expose-gc", str(program), str(snapshot)]
    subprocess.run(command, check=True, timeout=120, cwd=folder, stdin=subprocess.DEVNULL, stdout=stdout)
    return snapshot


def node_of(release: str) -> str:
    """The path of the newest Node of a major, fetched into nextfix's cache when it is not there."""
    with Stage() as stage:
        return str(find_node(stage, release).program)
