"""The skeleton of a rule, its harness and its test, for `nextfix rule new`."""

import re
from pathlib import Path

from patcher.catalogue.load import data_folder
from patcher.disk.presence import is_there
from patcher.disk.write import make_folder, replace_file
from patcher.errors import ExitCode, NextfixError

_PACKAGE = re.compile(r"(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*")

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RECORD = '''"""{package}: https://www.npmjs.com/package/{package}."""

from patcher.rule import Package

PACKAGE = Package(name="{package}")
'''

_RULE = '''"""Say here what the code keeps, when a request reaches it, and why the rewrite is as it is."""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="{package}/{name}",
    title="a settled promise is kept",  # the defect in half a line
    why="The first request that calls ... makes this promise, and ... keeps it for ever.",
    package="{package}",
    versions=">=0.0.0",  # the releases that have the code; 'nextfix certify {package}@RANGE' says which fit
    files=("{file}",),
    harness="harness/{stem}.cjs",
    held=(HeldSlot("ClassName", ("slot",)),),  # how the slot looks in a heap
    rewrites=(
        Rewrite(
            # The code as it is published, with $NAME for one expression and $$$NAME for a run of statements.
            inside="load()",
            slot="this.$SLOT",
            find="""
                if (!this.$SLOT) {{
                    this.$SLOT = this.$LOAD();
                }}
                return this.$SLOT;
            """,
            # What stands there instead: the promise in flight is shared, then its value is kept.
            write="""
                if (this.$SLOT === undefined) {{
                    const pending = this.$LOAD();
                    this.$SLOT = pending;
                    pending.then(
                        (value) => {{ if (this.$SLOT === pending) this.$SLOT = value; }},
                        () => {{ if (this.$SLOT === pending) this.$SLOT = undefined; }},
                    );
                }}
                return Promise.resolve(this.$SLOT);
            """,
        ),
    ),
)
'''

_HARNESS = """'use strict'
// Drives the code that the rule rewrites. `facts` is run on the file as published and as rewritten, under Node.

const {{ kept, macrotask, nothingKept }} = require('harness/kept.cjs')
const {{ together, outcome, distinct, failures, said, failingFirst }} = require('harness/calls.cjs')

// An instance whose surroundings are stubs; `log` counts what it does.
function instance (module, failing) {{
  const log = {{ calls: 0 }}
  const work = async () => {{ await macrotask(); return {{ a: 'value' }} }}
  const subject = new module.ClassName()
  subject.fetch = failing ? failingFirst(work, log) : () => {{ log.calls += 1; return work() }}
  return {{ log, call: () => subject.load() }}
}}

// Twenty calls before the first has settled, and one afterwards.
async function concurrent (module, failing) {{
  const {{ log, call }} = instance(module, failing)
  const outcomes = await together(call)
  const next = await outcome(call)
  return {{ failures: failures(outcomes), distinct: distinct(outcomes), next: said(next), calls: log.calls }}
}}

// What outlives a request that makes the first call; `held` shows that the subject itself is still alive.
async function keptBy (module) {{
  const {{ call }} = instance(module, false)
  const found = await kept(async () => {{ await call() }})
  return {{ load: {{ ...found, held: typeof call === 'function' }} }}
}}

module.exports = {{
  // What the file imports; anything else is a stub that answers everything.
  modules: {{}},
  facts: async (module) => ({{
    concurrent: await concurrent(module, false),
    fails: await concurrent(module, true),
    kept: await keptBy(module)
  }}),
  // The facts of a good rewrite: by default those of the original with nothing kept. Change here what must differ.
  expected: (original, change) => nothingKept(original, change)
}}
"""

_TEST = '''"""{package}/{name}: what is particular to it; tests/certify runs every rule of the ledger."""

from patcher.catalogue.load import rule_named, rules


def test_the_rule_is_loaded_and_names_its_harness() -> None:
    rule = rule_named("{package}/{name}", rules())

    assert rule.files == ("{file}",)
'''


def skeleton(package: str, file: str, folder: Path | None = None, called: str = "") -> dict[Path, bytes]:
    """The files of a new rule for `file` of `package`, below the folder that holds rules/ and tests/.

    The rule is `called` so; by default as its file, or the folder of an index.js.

    Raises:
        NextfixError: USAGE when a name cannot be right, or the rule is there already.
    """
    if not _PACKAGE.fullmatch(package):
        raise NextfixError(
            ExitCode.USAGE,
            f"{package!r} is not the name of a package",
            hint="write it as npm does: @scope/name",
        )
    if file.startswith(("/", "-")) or not file.endswith((".js", ".cjs", ".mjs")) or ".." in file.split("/"):
        raise NextfixError(
            ExitCode.USAGE,
            f"{file!r} is not a JavaScript file inside the package",
            hint="write its path from the package's folder: lib/index.js",
        )
    if called and not _NAME.fullmatch(called):
        raise NextfixError(
            ExitCode.USAGE, f"{called!r} is not the name of a rule", hint="write it in words: lazy-handler"
        )
    root = folder or data_folder("rules").parent
    parts = [part for part in re.split(r"[^a-z0-9]+", Path(file).with_suffix("").as_posix().lower()) if part]
    name = called or _name_of(parts)
    stem = name.replace("-", "_")
    words = {"package": package, "file": file, "name": name, "stem": stem}
    home = root / "rules" / package
    tests = root / "tests" / "rules" / re.sub(r"\W+", "_", package).strip("_")
    files = {
        home / "__init__.py": _RECORD,
        home / "harness" / f"{stem}.cjs": _HARNESS,
        tests / "__init__.py": "",
        tests / f"test_{re.sub(r'[^a-z0-9]+', '_', package).strip('_')}_{stem}.py": _TEST,
        home / f"{stem}.py": _RULE,  # last: once it is there, nothing is missing
    }
    if is_there(home / f"{stem}.py"):
        raise NextfixError(ExitCode.USAGE, "is there already", path=home / f"{stem}.py", hint="edit it")
    return {path: text.format(**words).encode() for path, text in files.items() if not is_there(path)}


def _name_of(parts: list[str]) -> str:
    """The name of a rule for a file by the words of its path."""
    return parts[-1] if parts[-1] not in ("index", "main") or len(parts) == 1 else "-".join(parts[-2:])


def write_skeleton(package: str, file: str, folder: Path | None = None, called: str = "") -> tuple[Path, ...]:
    """Write the files of `skeleton`; those written.

    Raises:
        NextfixError: as `skeleton`, REFUSED when somebody else writes one, and FILES when one cannot be written.
    """
    files = skeleton(package, file, folder, called)
    for path, data in files.items():
        make_folder(path.parent)
        replace_file(path, None, data)
    return tuple(files)
