"""The mutants are what they are called."""

import ast

from tests.mutants.run import changes

SOURCE = """\
def f(a, b):
    if a < b and a not in b:
        return [x for x in a if x]
    return a + b
"""


def test_each_change_gives_other_code_and_all_are_made() -> None:
    count = len(list(changes(ast.parse(SOURCE))))
    made = set()
    for number in range(count):
        tree = ast.parse(SOURCE)
        list(changes(tree))[number][2]()
        made.add(ast.unparse(ast.fix_missing_locations(tree)))

    assert count == 11
    assert len(made) == count
    assert ast.unparse(ast.parse(SOURCE)) not in made
