"""Every promise that was once broken names the tests that hold it, and they exist."""

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.terminal import last, run

HERE = Path(__file__).parent
DEFECTS: dict[str, dict[str, object]] = tomllib.loads((HERE / "DEFECTS.toml").read_text())
# How many each letter has, in the order of the list.
LAST = {"A": 7, "B": 20, "C": 27, "D": 30, "E": 36}


@cache
def _tests_of(file: str) -> set[str]:
    tree = ast.parse((HERE / file).read_text(), file)
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_no_defect_of_the_list_is_left_out() -> None:
    letters = [next(letter for letter, end in LAST.items() if number <= end) for number in range(1, 37)]

    assert list(DEFECTS) == [f"{letter}{number}" for number, letter in enumerate(letters, 1)]


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_tests_that_hold_a_promise_exist(defect: str) -> None:
    names = DEFECTS[defect]["tests"]

    assert isinstance(names, list)
    assert names
    for name in names:
        file, _, test = name.partition("::")
        assert (HERE / file).is_file(), name
        assert _tests_of(file) if test == "*" else test in _tests_of(file), name


def test_the_tests_ask_for_nothing_that_an_early_python_3_11_lacks() -> None:
    """`filter` of tarfile came with 3.11.4; Debian 12 has 3.11.2."""
    asking = []
    for path in (*HERE.rglob("*.py"), *(HERE.parent / "patcher").rglob("*.py")):
        for call in [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]:
            named = getattr(call.func, "attr", "") in ("extract", "extractall")
            if named and any(word.arg == "filter" for word in call.keywords):
                asking.append(f"{path.name}:{call.lineno}")

    assert asking == []


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["chek"], "check"),
        (["explain", "next/sever-promise"], "next/server-promise"),
        (["explain", "loadable"], "next/loadable"),
        (["prove", "matrx"], "matrix"),
    ],
)
def test_a_word_that_nearly_fits_is_named(words: list[str], meant: str, tmp_path: Path) -> None:
    ended = run(*words, cwd=tmp_path)

    assert ended.returncode == 2
    assert meant in last(ended)
