"""What serves no request: what starts or ends the program, what only a browser runs, what stands in for something that
every Node.js has."""

import re

from patcher.analysis.browser import asks_for_browser
from patcher.analysis.facts.code import Code, Question, contains, field
from patcher.analysis.facts.scopes import binding, is_module, named_function
from patcher.analysis.names import BROWSER_GLOBALS, SHUTDOWN_SLOTS, SHUTDOWNS, STARTS_UP
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_ASKS_FOR_NODE = re.compile(
    rb"\(?\s*typeof (?:globalThis\.)?(?:queueMicrotask|setImmediate|Promise|AbortController|structuredClone"
    rb"|WeakMap|Map)\s*(?:={2,3}\s*['\"](?:function|object)['\"]|!==?\s*['\"]undefined['\"])\s*\)?"
)
_PAGE = rb"typeof (?:globalThis\.)?(?:window|document)\s*"
_IN_A_PAGE = re.compile(
    rb"\(\s*" + _PAGE + rb"(?:!==?\s*[\"']undefined[\"']|={2,3}\s*[\"']object[\"'])\s*(?:&&[^|?]*)?\)$"
)
_WITHOUT_A_PAGE = re.compile(rb"\(\s*" + _PAGE + rb"={2,3}\s*[\"']undefined[\"']\s*(?:\|\|[^&?]*)?\)$")
_LEAVES = re.compile(rb"\b(?:return|throw)\b")


def off_the_way(name: bytes) -> bool:
    """Whether a function is called as one that starts or ends something, which no request calls."""
    return name in SHUTDOWNS or name in STARTS_UP


def shutdown_slot(name: bytes) -> bool:
    """Whether a slot holds the promise of an end (`closePromise`, `_stopping`)."""
    spaced = re.sub(rb"(?<=[a-z\d])(?=[A-Z])", b"_", name)
    return spaced in SHUTDOWN_SLOTS


_ASKS = Question[int, bool]()  # of a file
_BROWSERS = Question[int, bool]()  # of a function


def in_browser(code: Code, node: Node) -> bool:
    """Whether `node` stands in a function that uses what only a browser has, and does not ask first whether it is
    there; or where it is."""
    if _asked_for_a_page(code, node):
        return True
    function, _ = named_function(code, node)
    if function is None or is_module(code, function):
        return False
    answers = _BROWSERS.answers(code)
    if function.id not in answers:
        answers[function.id] = not asks_for_browser(code.text(function)) and any(
            word.type == "identifier" and binding(code, word) is None
            for name in BROWSER_GLOBALS.words
            for word in code.words(name, function)
        )
    return answers[function.id]


def _asked_for_a_page(code: Code, node: Node) -> bool:
    """Whether `node` is run only where there is a page: inside of `if (typeof window !== 'undefined')`, or after
    `if (typeof window === 'undefined') return`."""
    asks = _ASKS.answers(code)
    if 0 not in asks:
        asks[0] = asks_for_browser(code.source)
    if not asks[0]:
        return False
    here = node
    for above in code.ancestors(node):
        if above.type == "if_statement" and contains(field(above, "consequence"), node):
            if _IN_A_PAGE.match(code.text(field(above, "condition"))) is not None:
                return True
        elif above.type == "statement_block" and code.parent(above) is not None:
            held = code.parent(above)
            before = above.named_children if held is not None and held.type in FUNCTIONS else []
            if any(_leaves_without_a_page(code, each) for each in before if each.end_byte <= here.start_byte):
                return True
        here = above
    return False


def _leaves_without_a_page(code: Code, statement: Node) -> bool:
    return (
        statement.type == "if_statement"
        and _WITHOUT_A_PAGE.match(code.text(field(statement, "condition"))) is not None
        and _LEAVES.search(code.text(field(statement, "consequence"))) is not None
    )


def is_dead(code: Code, node: Node) -> bool:
    """Whether no server in production runs `node`: it stands in for what every Node.js has (`typeof queueMicrotask ===
    'function' ? … : here`), or under `if (NODE_ENV === 'development')`."""
    return any(
        above.type in ("ternary_expression", "if_statement")
        and (
            (contains(field(above, "alternative"), node) and _asks(code, above, _ASKS_FOR_NODE))
            or (contains(field(above, "consequence"), node) and _asks(code, above, _IN_DEVELOPMENT))
        )
        for above in code.ancestors(node)
    )


def _asks(code: Code, choice: Node, question: re.Pattern[bytes]) -> bool:
    return question.fullmatch(code.text(field(choice, "condition"))) is not None


_IN_DEVELOPMENT = re.compile(
    rb"\(?\s*(?:process\.env\.)?NODE_ENV\s*(?:={2,3}\s*['\"](?:development|test)['\"]|!==?\s*['\"]production['\"])"
    rb"\s*(?:&&[^|?]*)?\)?"
)
