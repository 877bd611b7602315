"""The analysis of one file: bytes in, sites out."""

import re
from patcher.analysis.code import Code
from patcher.analysis.judge import Site, judge
from patcher.syntax.tree import Dialect

_S = re.compile(rb"(?:\?\?|\|\||(?<![=!<>+\-*/%&|^]))=(?![=>])|\.set\(")

def analyse(source: bytes, dialect: Dialect = Dialect.JAVASCRIPT) -> list[Site]:
    code = Code(source, dialect)
    out = {}
    for m in _S.finditer(source):
        node = code.at(m.start(), m.end())
        while node is not None and node.type not in ("assignment_expression","augmented_assignment_expression","call_expression") and node.type in ("member_expression","arguments"):
            node = code.parent(node)
        if node is None or node.type not in ("assignment_expression","augmented_assignment_expression","call_expression"): continue
        site = judge(code, node)
        if site: out.setdefault(site.offset, site)
    return list(out.values())
