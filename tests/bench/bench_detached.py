"""What the style `detached` costs at run time: calls per second of filled slots and of waits, before and after.

    python -m tests.bench.bench_detached [NODE...]        # releases of Node.js, such as 20.20.2 24.21.0

Each text is rewritten as a file of a package is, and both are run in turns, each in a process of its own, inside an
AsyncLocalStorage that has a store. A filled slot never calls the root; a race and a promise by hand call it each time.
Prints the median of the runs, in millions of calls per second, and after in parts of before.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fix.fixing import fixed
from tests.retention.measure import node

RUNS = 7
TEXTS = {
    "a filled variable": "let p\nasync function load() { return 1 }\nexports.call = () => p ??= load()\n",
    "a filled field": "class A { get() { if (!this.p) this.p = load(); return this.p } }\n"
    "async function load() { return 1 }\nconst a = new A()\nexports.call = () => a.get()\n",
    "a filled Map": "const m = new Map()\nasync function load() { return 1 }\n"
    "exports.call = () => { if (!m.has('a')) m.set('a', load()); return m.get('a') }\n",
    "a race": "const pending = new Promise(() => {})\nasync function work() { return 1 }\n"
    "exports.call = () => Promise.race([work(), pending])\n",
    "a promise by hand": "const calls = new Map()\nexports.call = () => new Promise((resolve, reject) => {\n"
    "  calls.set(1, { resolve, reject })\n  exports.answer(1)\n})\nexports.answer = (id) => calls.get(id).resolve(1)\n",
}
DRIVER = """
const { AsyncLocalStorage } = require("node:async_hooks")
const { call } = require(process.argv[1])
async function main() {
  const until = process.hrtime.bigint() + 400_000_000n
  let calls = 0
  while (process.hrtime.bigint() < until) {
    for (let n = 0; n < 500; n++) call()
    await null
    calls += 500
  }
  return calls / 400
}
new AsyncLocalStorage().run({}, async () => { await main(); console.log(await main()) })
"""


def speed(program: Path, file: Path) -> float:
    """Thousands of calls per second of the text in `file` on the Node `program`."""
    command = [str(program), "-e", DRIVER, str(file)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)


def main() -> None:
    """Measure and print."""
    versions = sys.argv[1:] or ["20.20.2", "22.23.3", "24.21.0", "26.10.0"]
    print("| Node | text | before, M calls/s | after | after / before |\n| --- | --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for version in versions:
            for name, text in TEXTS.items():
                made = fixed(text, "detached", package=True)
                assert made.fixed, (name, made.refused)
                files = Path(folder, "before.cjs"), Path(folder, "after.cjs")
                for file, content in zip(files, (text.encode(), made.new), strict=True):
                    file.write_bytes(content)
                pairs = [[speed(node(version), file) for file in files] for _ in range(RUNS)]
                before, after = (statistics.median(column) / 1000 for column in zip(*pairs, strict=True))
                print(
                    f"| {version} | {name} | {before:.2f} | {after:.2f} | {after / before:.2f} |", flush=True
                )


if __name__ == "__main__":
    main()
