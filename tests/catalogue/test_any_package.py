"""Nothing outside of rules/next and the experiment of prove speaks of one package."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPOKEN = re.compile(r"""["']next["'/]|\bnext/|\bNext\.js|\bnext@""")
# The experiment measures a server of Next; heap knows its requests among those of other frameworks; served knows its
# compiler among other build tools; the detached rewrite knows the calls that ask for the running request, and the scan
# the names of servers.
ELSEWHERE = (
    "prove/",
    "cli/prove_command.py",
    "heap/counted/",
    "cli/heap_command.py",
    "detached/refusals.py",
    "scan/server_names.py",
)
TOOL = "@next/swc-"


def test_no_module_names_next() -> None:
    spoken = []
    for path in sorted((ROOT / "patcher").rglob("*")):
        inside = path.relative_to(ROOT / "patcher").as_posix()
        if path.suffix not in (".py", ".cjs", ".json") or inside.startswith(ELSEWHERE):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if SPOKEN.search(line.replace(TOOL, "")):
                spoken.append(f"{inside}:{number}: {line.strip()}")

    assert spoken == []
