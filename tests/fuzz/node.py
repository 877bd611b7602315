"""Node itself as the judge of what is JavaScript: a grammar made for editors takes more than an engine does."""

import json
import shutil
import subprocess
from collections.abc import Callable
from functools import cache

_PROGRAM = """
const vm = require("node:vm")
const names = ["exports", "require", "module", "__filename", "__dirname"]
const ways = {
  script: (source) => vm.compileFunction(source, names),
  module: (source) => new vm.SourceTextModule(source),
}
function reads(source) {
  for (const [name, compile] of Object.entries(ways)) {
    try {
      compile(source)
      return name
    } catch {}
  }
  return ""
}
require("node:readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => process.stdout.write(JSON.stringify(reads(JSON.parse(line))) + "\\n"))
"""


@cache
def reader() -> Callable[[bytes], str] | None:
    """A function that says how Node reads a source: as a `script`, as a `module`, or not at all (empty).

    None where there is no Node.
    """
    node = shutil.which("node")
    if node is None:
        return None
    command = [node, "--no-warnings", "--experimental-vm-modules", "-e", _PROGRAM]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    into, out = process.stdin, process.stdout

    def read(source: bytes) -> str:
        into.write(json.dumps(source.decode("utf-8", "replace")).encode() + b"\n")
        into.flush()
        answer: str = json.loads(out.readline())
        return answer

    return read


def is_javascript(source: bytes) -> bool:
    """Whether Node reads `source`; taken to be so where there is no Node."""
    read = reader()
    return read is None or read(source) != ""


def no_worse(old: bytes, new: bytes) -> None:
    """Assert that Node reads `new` as it reads `old`, where it reads `old` at all."""
    read = reader()
    if read is None or old == new:
        return
    before = read(old)
    assert not before or read(new) == before, (
        f"Node reads the input as a {before}, and not what was made of it"
    )
