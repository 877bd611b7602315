"""How many labelled sites the style `detached` rewrites in packages, from labels of one's own:

    python -m tests.detached.score LABELS CACHE

CACHE has the packages as NAME@VERSION, the slash of a scope written as `+`.

LABELS has the lines of tests/corpus/labels.jsonl. A positive counts as rewritten when a finding within six lines of it,
or in its function, is; what is not is printed with the reason. The rewritten text is read by `node --check`.
"""

import argparse
import json
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

from patcher.analysis.file import analyse
from patcher.fix.detachable import package_task
from patcher.fix.fix_file import fix_file, key_of
from patcher.syntax.tree import dialect_of

_NEAR = 6


def outcome(labels: list[dict[str, Any]], path: Path) -> tuple[dict[int, str], bytes]:
    """What became of each label of a file, by its line: `rewritten`, `missed` or why not; and the new text."""
    source, dialect = path.read_bytes(), dialect_of(str(path))
    sites = analyse(source, dialect)
    keys = [key_of(site) for site in sites]
    result = fix_file(source, keys, package_task(dialect), sites)
    found = {}
    for label in labels:
        near = [
            key
            for key, site in zip(keys, sites, strict=True)
            if abs(site.line - label["line"]) <= _NEAR or site.function == label["function"]
        ]
        done = any(key in result.fixed for key in near)
        reasons = "; ".join(result.refused.get(key, "") for key in near)
        found[label["line"]] = "rewritten" if done else f"refused: {reasons}" if near else "missed"
    return found, result.new


def is_readable(text: bytes, path: Path) -> bool:
    """Whether Node reads `text` in the place of the file at `path`, as one kind of module or the other."""
    for kind in ("commonjs", "module"):
        command = ["node", "--check", f"--input-type={kind}", "-"]
        if subprocess.run(command, input=text, capture_output=True, timeout=60, check=False).returncode == 0:
            return True
    return path.suffix not in (".js", ".cjs", ".mjs")


def main() -> None:
    """Print what is not rewritten, and the score."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("labels", type=Path)
    parser.add_argument("cache", type=Path)
    options = parser.parse_args()
    files: defaultdict[Path, list[dict[str, Any]]] = defaultdict(list)
    for line in options.labels.read_text().splitlines():
        label = json.loads(line)
        if label["label"] == "positive":
            folder = f"{label['package'].replace('/', '+')}@{label['version']}"
            files[options.cache / folder / label["file"]].append(label)
    total = done = broken = 0
    for path, labels in sorted(files.items()):
        found, new = outcome(labels, path)
        broken += not is_readable(new, path)
        for line, said in found.items():
            total += 1
            done += said == "rewritten"
            if said != "rewritten":
                print(f"{path.relative_to(options.cache)}:{line} {said}")
    print(f"{done} of {total} rewritten; {broken} files that Node does not read")


if __name__ == "__main__":
    main()
