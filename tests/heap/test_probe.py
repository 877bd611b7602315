"""The probe notes in a running server where what outlives a request was made."""

import subprocess
from pathlib import Path

import pytest

from patcher.heap import count
from patcher.heap.blame.made import _place
from patcher.heap.probe import write_probe

SERVER = """
const http = require("http");
const { AsyncLocalStorage } = require("async_hooks");
const storage = new AsyncLocalStorage();
class Poller { start() { return (this.timer ??= setInterval(() => {}, 100000)); } }
const poller = new Poller();
const server = http.createServer((q, r) => storage.run({ q }, () => { poller.start(); r.end("ok"); }));
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  http.get({ port, host: "127.0.0.1", path: "/a", agent: false }, (r) => r.resume().on("end", () => {
    setTimeout(() => {
      for (let turn = 0; turn < 6; turn++) gc();
      require("v8").writeHeapSnapshot(process.argv[2]);
      process.exit();
    }, 1500);
  }));
});
"""


def test_the_place_where_a_kept_timer_was_made_is_beside_its_slot(node: str, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "server.cjs").write_text(SERVER)
    write_probe(tmp_path / "probe.cjs")
    command = [node, "--expose-gc", "--require", "./probe.cjs", "app/server.cjs", "a.heapsnapshot"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=120)

    (group,) = count(tmp_path / "a.heapsnapshot").groups

    assert group.made == ("Poller.start (app/server.cjs:5)",)
    assert "its handle in Poller.timer" in group.slot


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ("load (/app/node_modules/@a/b/lib/c.js:1:2)", "load (lib/c.js:1) of package @a/b"),
        ("/app/server.js:10:3", "app/server.js:10"),
        ("file:///app/server.mjs:10:3", "app/server.mjs:10"),
        ("async Cache.get (C:\\app\\x.js:3:1)", "async Cache.get (app/x.js:3)"),
        ("odd", "odd"),
    ],
)
def test_a_frame_is_said_as_function_file_line_and_package(frame: str, said: str) -> None:
    words, place = _place(frame)

    assert words == said
    assert (place is None) == (frame == "odd")
