"""Beside another loader the preload does its work, or says that it cannot: never neither."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.delivery.test_hook import node
from tests.delivery.tools import LOADERS, environment, tools_folder

# Options of Node, with the file that it runs; `{}` is the node_modules that has the loaders.
_WAYS = {
    "tsx": (["--import", "file://{}/tsx/dist/loader.mjs"], "main.ts"),
    "tsx, a module": (["--import", "file://{}/tsx/dist/loader.mjs"], "main.mts"),
    "ts-node": (["--require", "{}/ts-node/register/transpile-only.js"], "main.ts"),
    "ts-node, a module": (["--loader", "file://{}/ts-node/esm/transpile-only.mjs"], "main.mts"),
    "swc-node, a module": (["--import", "file://{}/@swc-node/register/esm/esm-register.mjs"], "main.mts"),
}
_MAIN = "import next from 'next'\nconst kind: string = typeof next\nconsole.log('ran', kind)\n"


@pytest.mark.parametrize("first", ["the preload", "the loader"])
@pytest.mark.parametrize("way", _WAYS)
def test_a_loader_beside_the_preload_is_named_or_gets_the_rewritten_text(
    tree: Path, way: str, first: str
) -> None:
    options, name = _WAYS[way]
    place = tools_folder(LOADERS).parent
    loader = [option.format(place) for option in options]
    hook = ["--require", str(tree / "nextfix-hook.cjs")]
    app = tree / "apps" / "old"
    (app / name).write_text(_MAIN)
    (app / "tsconfig.json").write_text('{"compilerOptions": {"module": "commonjs", "esModuleInterop": true}}')
    # swc-node resolves what it needs from the working directory
    for package in ("@swc-node", "@swc", "typescript"):
        if not os.path.lexists(app / "node_modules" / package):
            (app / "node_modules").mkdir(exist_ok=True)
            (app / "node_modules" / package).symlink_to(place / package)
    command = [node("20.20.2"), *(hook + loader if first == "the preload" else loader + hook), name]
    done = subprocess.run(
        command,
        cwd=app,
        env={**environment(), "NEXTFIX_HOOK": "log"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.stdout == "ran function\n", done.stderr
    rewritten = "nextfix-hook: " in done.stderr and "dist/server/next.js" in done.stderr
    warned = "[NEXTFIX_HOOK] Warning" in done.stderr and "NOT rewritten" in done.stderr
    assert rewritten != warned, done.stderr
