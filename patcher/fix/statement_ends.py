"""How a file ends its statements."""

from patcher.analysis.facts.code import Code, Question
from patcher.syntax.tree import walk

_STATEMENTS = frozenset(
    {
        "expression_statement",
        "lexical_declaration",
        "variable_declaration",
        "return_statement",
        "import_statement",
    }
)
_SEMICOLONS = Question[None, bool]()


def ends_statements(code: Code) -> bool:
    """Whether most statements of a file end with a semicolon; a file without statements does."""
    answers = _SEMICOLONS.answers(code)
    known = answers.get(None)
    if known is None:
        ends = [
            code.source[node.end_byte - 1 : node.end_byte] == b";"
            for node in walk(code.root)
            if node.type in _STATEMENTS
        ]
        known = answers[None] = 2 * sum(ends) >= len(ends)
    return known
