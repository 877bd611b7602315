"""One root a process: made by a preload or a helper module before the first request, it keeps not even that one."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.releases import release

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="no node on PATH: nothing can be run")

# A real server, asked over a real connection. Its first request loads the route, as an app router does; it prints how
# many of the first three requests are kept.
SERVER = """
const http = require("node:http")
const { AsyncLocalStorage } = require("node:async_hooks")
const als = new AsyncLocalStorage(), requests = []
const loaded = ESM ? LOAD : undefined
let warm = "" // what the first request of a process makes for all is Node's own affair
const pause = (ms) => new Promise((done) => setTimeout(done, ms))
const server = http.createServer((req, res) => {
  res.sendDate = false // the clock of that header is a timer of the request
  if (!warm) return void res.end(warm = "warm")
  const store = { req }
  requests.push(new WeakRef(store))
  als.run(store, async () => { const { handle } = loaded ? await loaded : LOAD; res.end(String(await handle())) })
})
server.listen(0, "127.0.0.1", async () => {
  const answers = []
  for (let n = 0; n < 7; n++) {
    const { port } = server.address()
    answers.push(await new Promise((done) => http.get({ port, host: "127.0.0.1", agent: false }, (res) => {
      let text = ""
      res.on("data", (part) => (text += part)).on("end", () => done(text))
    })))
  }
  const kept = () => requests.slice(0, 3).filter((each) => each.deref()).length
  for (let round = 0; round < 50 && kept(); round++) { await pause(20); globalThis.gc() }
  console.log(JSON.stringify({ kept: kept(), answers: answers.slice(1).join() }))
  process.exit(0)
})
"""
BEAT = "{ beat ??= setInterval(() => {}, 1e6); beat.unref(); return 7 }\n"
ROUTE = {
    "route.js": f"let beat\nexports.handle = async () => {BEAT}",
    "route.mjs": f"let beat\nexport async function handle() {BEAT}",
}
MODULE = {"route.js": "root.js", "route.mjs": "root.mjs"}
MADE = 'const base = (globalThis[Symbol.for("nextfix.root")] ??= new AsyncResource("nextfix.root"))\n'
HELPER = {
    "root.js": f'const {{ AsyncResource }} = require("node:async_hooks")\n{MADE}exports.base = base\n',
    "root.mjs": f'import {{ AsyncResource }} from "node:async_hooks"\nexport {MADE}',
}


def _kept(folder: Path, route: str, *options: str) -> int:
    assert NODE is not None
    # A request may load a CommonJS file; the loader of ES modules would keep that request by promises of its own.
    load = f'require("./{route}")' if not route.endswith(".mjs") else f'import("./{route}")'
    (folder / "server.cjs").write_text(
        SERVER.replace("ESM", str(route.endswith(".mjs")).lower()).replace("LOAD", load)
    )
    command = [NODE, "--expose-gc", *options, "server.cjs"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["answers"] == "7,7,7,7,7,7"
    return int(said["kept"])


@pytest.mark.parametrize("route", ROUTE)
def test_a_file_that_the_first_request_loads_keeps_that_one_and_none_with_a_helper_at_start(
    run: Run, tmp_path: Path, route: str
) -> None:
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / route).write_text(ROUTE[route])
    assert _kept(tmp_path, route) == 1

    assert run("--fix", "--style", "detached", route)[0] == 0
    assert "nextfix.root" in (tmp_path / route).read_text()
    # Where the first request loads it, it makes the root itself in that request.
    assert _kept(tmp_path, route) == (0 if route.endswith(".mjs") else 1)

    (tmp_path / route).write_text(ROUTE[route])
    helper = MODULE[route]
    (tmp_path / helper).write_text(HELPER[helper])
    assert run("--fix", "--style", "detached", route)[0] == 0
    text = (tmp_path / route).read_text()
    assert "nextfix.root" not in text
    assert re.search(r"\{ base \}.*[\"']\./root", text)
    assert "base.runInAsyncScope(() => setInterval(" in text
    assert _kept(tmp_path, route, "--import", f"./{helper}") == 0


def test_the_preload_makes_the_root_at_start_also_in_workers(tmp_path: Path) -> None:
    hook = (Path(__file__).parents[2] / "patcher/export/require_hook.cjs").read_text()
    blanks = {"EDITS": "{}", "IN_ORDER": "[]"}
    (tmp_path / "hook.cjs").write_text(re.sub("__([A-Z_]+)__", lambda found: blanks.get(found[1], "x"), hook))
    look = "globalThis[Symbol.for('nextfix.root')].constructor.name"
    worker = f"new (require('worker_threads').Worker)(\"console.log({look})\", {{ eval: true }})".replace(
        "'", "`"
    )
    program = f"console.log({look}); {worker}"
    assert NODE is not None
    command = [NODE, "--require", "./hook.cjs", "-e", program]
    assert subprocess.check_output(command, cwd=tmp_path, text=True) == "AsyncResource\nAsyncResource\n"


def test_a_file_that_a_browser_gets_too_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"next": "15.0.0", "react": "19.0.0"}}')
    (tmp_path / "app" / "api").mkdir(parents=True)
    (tmp_path / "shared.ts").write_text(
        "let p: Promise<number> | undefined\nconst load = async () => { await 1; return 1 }\n"
        "export const get = () => { if (!p || Date.now() < 0) p = load().then((n) => n); return p }\n"
    )
    (tmp_path / "app/api/route.ts").write_text("import { get } from '../../shared'\nexport const GET = get\n")
    assert run("--fix", "--style", "detached", "--dry-run", ".")[0] == 1
    assert "runInAsyncScope" in run("--fix", "--style", "detached", "--dry-run", ".")[1]

    (tmp_path / "app/button.tsx").write_text(
        "'use client'\nimport { get } from '../shared'\nexport const B = () => <b onClick={() => get()}/>\n"
    )
    code, out, err = run("--fix", "--style", "detached", ".")
    assert code == 1
    assert any("a browser gets it too, by app/button.tsx" in line for line in [*out.splitlines(), *err])


BUNDLED = "import { get } from 'memo'\nexport const handle = get\n"
MEMO = "let beat\nexport function get() { if (!beat) { beat = BEAT; beat.unref() } return 7 }\n"


@pytest.mark.registry
@pytest.mark.parametrize("platform", ["node", "browser"])
def test_a_rewritten_package_in_a_bundle_keeps_none_on_a_server_and_is_inert_in_a_browser(
    tmp_path: Path, platform: str
) -> None:
    from tests.fix.fixing import fixed

    source = MEMO.replace("BEAT", "setInterval(() => {}, 1e6)")
    result = fixed(source, "detached", package=True)
    assert result.fixed
    package = tmp_path / "node_modules/memo"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "memo", "main": "index.js", "type": "module"}')
    (package / "index.js").write_bytes(result.new)
    (tmp_path / "entry.js").write_text(BUNDLED)
    bundle = _bundled(tmp_path, platform)
    if platform == "node":
        (tmp_path / "hook.cjs").write_text(HELPER["root.js"])
        assert _kept(tmp_path, bundle, "--require", "./hook.cjs") == 0
        return
    # In a browser there is no process, and timers are numbers that have no unref.
    program = f"""
const vm = require("node:vm"), made = []
const text = require("node:fs").readFileSync({json.dumps(bundle)}, "utf8")
const module = {{ exports: {{}} }}
vm.runInNewContext(text, {{ module, exports: module.exports, setInterval: () => ({{ unref() {{ made.push(1) }} }}) }})
console.log(module.exports.handle(), made.length)
"""
    assert NODE is not None
    assert subprocess.check_output([NODE, "-e", program], cwd=tmp_path, text=True) == "7 1\n"


def _bundled(folder: Path, platform: str) -> str:
    """Bundle the entry for a platform with esbuild's WebAssembly build, which needs no binary of this machine."""
    tool = release("esbuild-wasm", "0.25.12")
    out = "bundle.cjs"
    command = [
        str(NODE),
        str(tool / "bin/esbuild"),
        "entry.js",
        "--bundle",
        f"--platform={platform}",
        "--format=cjs",
    ]
    subprocess.run(
        [*command, f"--outfile={out}"], cwd=folder, check=True, capture_output=True, env=dict(os.environ)
    )
    return out
