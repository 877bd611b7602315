"""How a file ends its statements."""

from patcher.analysis.facts.code import Code, once_a_file
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


@once_a_file
def ends_statements(code: Code) -> bool:
    """Whether most statements of a file end with a semicolon; a file without statements does."""
    ends = [
        code.source[node.end_byte - 1 : node.end_byte] == b";"
        for node in walk(code.root)
        if node.type in _STATEMENTS
    ]
    return 2 * sum(ends) >= len(ends)
