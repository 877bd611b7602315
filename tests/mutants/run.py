"""Change one thing of a module at a time and see whether a test notices: `python -m tests.mutants.run MODULE TEST...`.

A mutant that no test notices is printed: either a test is missing, or the change means the same (the reason belongs in
`tests/README.md`). Run it in a copy of the repository: the module is rewritten while it runs, and put back at the end.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

PATIENCE = 240.0  # seconds for the tests of one mutant; one that hangs is noticed
OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
Change = tuple[int, str, Callable[[], None]]


def changes(tree: ast.AST) -> Iterator[Change]:
    """Yield the line, the kind and the function of each change that can be made to `tree`, always in one order."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.BoolOp | ast.BinOp):
            yield from _of_expression(node)
        elif isinstance(node, ast.If):
            yield node.lineno, "always", _tested(node, True)
            yield node.lineno, "never", _tested(node, False)
        elif isinstance(node, ast.Return) and node.value is not None:
            yield node.lineno, "returns None", _returned(node)
        elif isinstance(node, ast.comprehension):
            for place, condition in enumerate(node.ifs):
                yield condition.lineno, "without the condition", _unfiltered(node, place)


def _of_expression(node: ast.Compare | ast.BoolOp | ast.BinOp) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if type(operator) in OPPOSITE:
                yield node.lineno, "the opposite comparison", _compared(node, place)
    elif isinstance(node, ast.BoolOp):
        yield node.lineno, "and for or", _joined(node)
        for place in range(len(node.values)):
            yield node.lineno, f"without operand {place + 1}", _without(node, place)
    elif isinstance(node.op, ast.Add | ast.Sub):
        yield node.lineno, "minus for plus", _signed(node)


def _compared(node: ast.Compare, place: int) -> Callable[[], None]:
    def change() -> None:
        node.ops[place] = OPPOSITE[type(node.ops[place])]()

    return change


def _joined(node: ast.BoolOp) -> Callable[[], None]:
    def change() -> None:
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()

    return change


def _without(node: ast.BoolOp, place: int) -> Callable[[], None]:
    def change() -> None:
        rest = [value for index, value in enumerate(node.values) if index != place]
        node.values = rest if len(rest) > 1 else rest * 2

    return change


def _tested(node: ast.If, outcome: bool) -> Callable[[], None]:
    def change() -> None:
        node.test = ast.Constant(outcome)

    return change


def _returned(node: ast.Return) -> Callable[[], None]:
    def change() -> None:
        node.value = ast.Constant(None)

    return change


def _signed(node: ast.BinOp) -> Callable[[], None]:
    def change() -> None:
        node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()

    return change


def _unfiltered(node: ast.comprehension, place: int) -> Callable[[], None]:
    def change() -> None:
        del node.ifs[place]

    return change


def noticed(tests: list[str]) -> bool:
    """Run `tests`; whether one of them fails, or they do not end."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    here = {
        **os.environ,
        "PYTHONPATH": os.getcwd(),
    }  # what tests start runs the mutant too, not what is installed
    try:
        ran = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False, env=here)
        return ran.returncode != 0
    except subprocess.TimeoutExpired:
        return True


def main(module: Path, tests: list[str]) -> int:
    """Try each mutant of `module` with `tests` and print those that are not noticed; how many these are."""
    source = module.read_text("utf-8")
    count, left = len(list(changes(ast.parse(source)))), 0
    try:
        for number in range(count):
            tree = ast.parse(source)
            line, kind, change = list(changes(tree))[number]
            change()
            module.write_text(ast.unparse(ast.fix_missing_locations(tree)), "utf-8")
            if not noticed(tests):
                left += 1
                print(f"{module}:{line}: {kind}: {source.splitlines()[line - 1].strip()}", flush=True)
    finally:
        module.write_text(source, "utf-8")
    print(f"{module}: {count - left} of {count} mutants noticed")
    return left


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1]), sys.argv[2:]) else 0)
