"""Memoizing helpers (`memoize(async …)`, `_.once(async …)`): what they remember are promises.

The helper may come from any package, so its name tells what it does; that what it remembers is a promise is seen in
the function that it is given.
"""

import re

from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.facts.code import Code, arguments, field, unwrap
from patcher.analysis.facts.functions import callee_function
from patcher.analysis.facts.promises import Evidence, returns
from patcher.analysis.facts.scopes import binding, function_name, is_module
from patcher.analysis.handle_names import MEMO_LIBRARIES, MEMOIZERS
from patcher.analysis.prefilter.hints import occurrences
from patcher.analysis.prefilter.tokens import MEMOIZED
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_CALLED = re.compile(rb"[\w$]*\(\s*(?:async\b|function\b|\(|[\w$.]+\s*(?:[,)]|=>))")
_ONCE = re.compile(rb"[oO]nce$")


def memo_places(source: bytes) -> list[int]:
    """Where a memoizing helper may be given a function."""
    found = set()
    for token in MEMOIZED.tokens:
        for here in occurrences(source, token):
            match = _CALLED.match(source, here)
            if match is not None:
                found.add(source.index(b"(", here))
    return sorted(found)


def memos(code: Code, places: list[int]) -> list[Judged]:
    """The memos at `places` that keep promises: made when the module is loaded, filled when a request calls.

    What a helper of the same file keeps is judged where it keeps it.
    """
    found = []
    for place in places:
        call = code.call_at(place)
        if call is not None and _memoizes(code, call) and is_module(code, code.function(call)):
            name = _name(code, call)
            if name:
                helper = code.text(field(call, "function")).decode("utf-8", "replace")
                found.append(
                    Judged("memoized-promise", call, helper, name.decode("utf-8", "replace"), code.root)
                )
    return found


def _memoizes(code: Code, call: Node) -> bool:
    callee, given = field(call, "function"), arguments(call)
    if callee is None or not given or not _is_helper(code, unwrap(callee)):
        return False
    made = unwrap(given[0])
    function = made if made.type in FUNCTIONS else callee_function(code, made)
    return function is not None and returns(code, function) is Evidence.PROMISE


def _is_helper(code: Code, callee: Node) -> bool:
    if callee.type == "sequence_expression":
        callee = unwrap(callee.named_children[-1])
    if callee.type == "identifier":
        known = binding(code, callee) is not None and callee_function(code, callee) is None
        return known and code.text(callee) in MEMOIZERS
    if callee.type != "member_expression" or code.text(field(callee, "property")) not in MEMOIZERS:
        return False
    return code.text(field(callee, "object")) in MEMO_LIBRARIES or _ONCE.search(code.text(callee)) is None


def _name(code: Code, call: Node) -> bytes:
    """The name that the memoized function is given; empty when it is given none."""
    above = code.parent(call)
    is_default = above is not None and above.type == "export_statement"
    return b"default" if is_default else function_name(code, call)
