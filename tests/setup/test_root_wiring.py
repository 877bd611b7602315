"""init --make-root: a fitting file makes the root before the first request, and undo takes exactly that out."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from patcher.errors import ExitCode, NextfixError
from patcher.export.project_edits import write_edits
from patcher.setup.init import Wish, init_all, undo_all
from patcher.setup.runner import Origin

RELEASE = Origin("nextfix==0.1.0", "the package index, release 0.1.0", release=True)
REGISTER = "export async function register() {\n  await import('./tracer')\n}\n"
STATEMENT = '[Symbol.for("nextfix.root")] ??= new '
FILES = {
    "a CommonJS tracer": ("tracer.js", "'use strict'\nconst t = require('dd-trace')\n\nt.init()\n"),
    "an ES module": ("server/otel.mjs", "import { sdk } from './sdk.mjs'\nsdk.start()\n"),
    "without imports or a last newline": ("entry.cjs", "listen()"),
    "TypeScript without semicolons": (
        "src/tracing.ts",
        "import { sdk } from './sdk'\n(sdk as any).start()\n",
    ),
    "carriage returns": ("server.js", "const http = require('http')\r\nhttp.createServer()\r\n"),
    "a comment first": ("main.mjs", "// the entry\nexport const a = 1\n"),
    "the register of Next": ("instrumentation.ts", REGISTER),
    "a register that is a constant": ("src/instrumentation.js", "export const register = async () => {\n}\n"),
}


def project(root: Path, files: dict[str, str], **manifest: object) -> None:
    for name, text in {"package.json": json.dumps(manifest), **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, newline="")


def do(root: Path, make_root: str) -> str:
    result = init_all(Wish(root, "uvx", make_root=make_root, origin=RELEASE))
    write_edits(result.edits)
    return next(line for line in result.chosen if line.startswith("root: "))


@pytest.mark.parametrize("kind", FILES)
def test_the_file_makes_the_root_once_and_undo_gives_every_byte_back(tmp_path: Path, kind: str) -> None:
    place, text = FILES[kind]
    project(tmp_path, {place: text})

    assert do(tmp_path, place) == f"root: made in {place}"
    once = (tmp_path / place).read_bytes()
    assert once.count(STATEMENT.encode()) == 1
    assert do(
        tmp_path, "auto" if "main" not in place and "entry" not in place and place != "server.js" else place
    ) == (f"root: {place} has it already")
    assert (tmp_path / place).read_bytes() == once

    write_edits(undo_all(tmp_path).edits)
    assert (tmp_path / place).read_bytes() == text.encode()


@pytest.mark.parametrize("place", ["lib/root.js", "lib/root.mjs", "src/root.ts", "instrumentation.ts"])
def test_a_file_that_is_not_there_is_made_and_removed_again(tmp_path: Path, place: str) -> None:
    project(tmp_path, {})

    said = do(tmp_path, place)
    text = (tmp_path / place).read_text()
    assert "nextfix.root" in text
    assert ("import it before anything else" in said) == ("instrumentation" not in place)
    assert ("export const root" in text or "exports.root = root" in text) == ("instrumentation" not in place)

    write_edits(undo_all(tmp_path).edits)
    assert not (tmp_path / place).exists()


def test_auto_takes_the_instrumentation_then_the_tracer_then_the_entry(tmp_path: Path) -> None:
    project(tmp_path, {"app.js": "listen()\n"}, scripts={"start": "NODE_ENV=production node ./app.js"})
    assert do(tmp_path, "auto") == "root: made in app.js"
    project(tmp_path, {"src/tracer.js": "start()\n"})
    assert do(tmp_path, "auto") == "root: made in src/tracer.js"
    project(tmp_path, {"instrumentation.js": REGISTER})
    assert do(tmp_path, "auto") == "root: made in instrumentation.js"


def test_auto_makes_the_instrumentation_of_a_next_that_runs_it(tmp_path: Path) -> None:
    project(tmp_path, {"tsconfig.json": "{}", "src/app/page.tsx": "x\n"}, dependencies={"next": "^15.2.0"})
    assert do(tmp_path, "auto") == "root: made in src/instrumentation.ts"


@pytest.mark.parametrize(
    ("files", "asked", "words"),
    [
        ({}, "auto", "no file that starts a tracer"),
        ({}, "root.txt", "is not a script"),
        ({"instrumentation.ts": "export function register() {}\n"}, "instrumentation.ts", "is not async"),
        (
            {"instrumentation.ts": "export { register } from './a'\n"},
            "instrumentation.ts",
            "exports no register",
        ),
        ({"server.js": "const = 1\n"}, "server.js", "does not parse"),
    ],
)
def test_what_cannot_make_it_is_said(tmp_path: Path, files: dict[str, str], asked: str, words: str) -> None:
    project(tmp_path, files)
    with pytest.raises(NextfixError, match=words) as caught:
        do(tmp_path, asked)
    assert caught.value.code in (ExitCode.USAGE, ExitCode.REFUSED)
    assert caught.value.hint


@pytest.mark.skipif(shutil.which("node") is None, reason="no node on PATH: nothing can be run")
@pytest.mark.parametrize("place", ["server.js", "server.mjs", "made.js", "made.mjs"])
def test_node_runs_what_was_written(tmp_path: Path, place: str) -> None:
    project(tmp_path, {"server.js": "'use strict'\nlet a = 1\n", "server.mjs": "import 'node:fs'\n"})
    do(tmp_path, place)
    again = f"import('./{place}').then(() => console.log(globalThis[Symbol.for('nextfix.root')].constructor.name))"
    assert subprocess.check_output(["node", "-e", again], cwd=tmp_path, text=True) == "AsyncResource\n"
