"""The layout of the program: what a newcomer may rely on when looking for something by its name."""

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for path in (ROOT / "patcher").rglob("*.py") if "__pycache__" not in path.parts)
LONGEST = 450  # lines of a file


def test_a_module_is_the_only_one_of_its_name() -> None:
    seen = Counter(path.stem for path in MODULES if path.name not in ("__init__.py", "__main__.py"))

    assert not [name for name, count in seen.items() if count > 1]


def test_a_class_is_the_only_one_of_its_name() -> None:
    seen = Counter(
        node.name
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )

    assert not [name for name, count in seen.items() if count > 1]


def test_no_module_is_too_long_to_read_at_once() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for path in [*MODULES, *(ROOT / "rules").rglob("*.py")]
    }

    assert not {name: length for name, length in lengths.items() if length > LONGEST}
