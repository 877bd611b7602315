"""When a rewrite must be refused although its pattern matches: the code would mean something else.

Moving code out of a callback into the method around it changes what `return`, `await` and `this` mean and
which names are in scope. These checks compare where each metavariable stands in the pattern with where it
stands in the template, so every rule has them without saying so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from patcher.semantic_patch.pattern import METAVARIABLE, Capture, Pattern
from patcher.semantic_patch.search import Match
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node, Tree, errors, parse, path_to, walk

_DECLARED = frozenset({"identifier", "shorthand_property_identifier_pattern"})
_PROMISE_METHODS = frozenset({b"then", b"catch", b"finally"})


_AWAITED = re.compile(rb"\bawait " + METAVARIABLE.pattern)


@dataclass(frozen=True, slots=True)
class _Function:
    arrow: bool
    is_async: bool


def refusal(pattern: Pattern, template: str, match: Match, tree: Tree, source: bytes, slot: str) -> str:
    """Why `template` may not replace `match`, or the empty string when it may."""
    before, after = _nesting(pattern.text), _nesting(template)
    enclosing = _enclosing_function(tree, match)
    if _awaits_outside_functions(template) and not _is_async(enclosing):
        return "the method around it is not async"
    if any(
        _starts_with_quote(match, found[2].decode(), source) for found in _AWAITED.finditer(template.encode())
    ):
        return "a template literal after `await` would be read as its argument"
    moved = {name for name, place in after.items() if len(place) != len(before.get(name, place))}
    for name in sorted(moved):
        reason = _moved(match.bound[name], match.node, before[name], after[name], _is_async(enclosing))
        if reason:
            return reason
    shadowed = _shadowing(pattern, template, match, moved)
    if shadowed or ".runInAsyncScope(" in template:  # made in the root, the slot holds what it held
        return shadowed
    return _used_as_promise(match, tree, source, slot)


def _starts_with_quote(match: Match, name: str, source: bytes) -> bool:
    terms = match.bound[name].terms
    return bool(terms) and source.startswith(b"`", terms[0].start)


@lru_cache(maxsize=512)
def _nesting(text: str) -> dict[str, tuple[_Function, ...]]:
    """For each metavariable of a pattern or template, the functions of it that it stands in, outermost first."""
    places: dict[str, tuple[_Function, ...]] = {}
    stack: list[tuple[Node, tuple[_Function, ...]]] = [(_template_tree(text).root_node, ())]
    while stack:
        node, functions = stack.pop()
        found = METAVARIABLE.fullmatch(node.text or b"") if not node.named_child_count else None
        if found:
            name = found[2].decode()
            places[name] = min(places.get(name, functions), functions, key=len)
        if node.type in FUNCTIONS:
            functions = (*functions, _Function(node.type == "arrow_function", _is_async(node)))
        stack.extend((child, functions) for child in node.children)
    return places


@lru_cache(maxsize=512)
def _template_tree(text: str) -> Tree:
    for before, after in (("", ""), ("class $_ {", "}")):
        tree = parse((before + text + after).encode())
        if not any(errors(tree.root_node)):
            break
    return tree


def _is_async(function: Node | None) -> bool:
    return function is not None and any(child.type == "async" for child in function.children)


def _enclosing_function(tree: Tree, match: Match) -> Node | None:
    around = [
        node
        for node in path_to(tree, match.start)
        if node.start_byte < match.start and node.type in FUNCTIONS
    ]
    return around[-1] if around else None


def _awaits_outside_functions(template: str) -> bool:
    root = _template_tree(template).root_node
    return any(node.type == "await_expression" for node in _own(root, root.start_byte, root.end_byte))


def _own(node: Node, start: int, end: int) -> Iterator[Node]:
    """The nodes between `start` and `end` below `node`, without what stands in functions that begin there."""
    stack = [node]
    while stack:
        here = stack.pop()
        if here.end_byte <= start or here.start_byte >= end:
            continue
        within = start <= here.start_byte and here.end_byte <= end
        if within:
            yield here
        if not (within and here.type in FUNCTIONS):
            stack.extend(reversed(here.children))


def _moved(
    capture: Capture, node: Node, before: tuple[_Function, ...], after: tuple[_Function, ...], around: bool
) -> str:
    """Why captured code may not change its function, or the empty string."""
    if not capture.terms:
        return ""
    own = list(_own(node, capture.terms[0].start, capture.terms[-1].end))
    kinds = {here.type for here in own}
    if capture.run and "return_statement" in kinds:
        return "another `return` stands inside the body that would be moved"
    if "yield_expression" in kinds:
        return "a `yield` stands inside the body that would be moved"
    if "await_expression" in kinds and not (after[-1].is_async if after else around):
        return "the code that would be moved awaits, and its new function is not async"
    if any(not function.arrow for function in before + after) and kinds & {"this", "super"}:
        return "`this` would mean another object in the code that would be moved"
    if any(here.type == "identifier" and here.text == b"arguments" for here in own):
        return "`arguments` would mean another call's in the code that would be moved"
    return ""


def _shadowing(pattern: Pattern, template: str, match: Match, moved: set[str]) -> str:
    """Whether a name that moved code or the template declares would hide one that the code beside it uses."""
    parameters = _parameters(pattern.text)
    arriving: set[bytes] = set()
    for name in moved:
        if name in parameters or match.bound[name].run:
            arriving |= _names(match, match.bound[name], declared_only=name not in parameters)
    for name, capture in match.bound.items():
        clash = _declared(template) | (arriving if name not in moved else set())
        clash &= _names(match, capture, declared_only=False)
        if clash:
            return f"the name {min(clash).decode(errors='replace')} would shadow another"
    return ""


@lru_cache(maxsize=512)
def _parameters(text: str) -> frozenset[str]:
    """The metavariables of a pattern that stand for a function's parameters."""
    root = _template_tree(text).root_node
    lists = [node for node in walk(root) if node.type == "formal_parameters"]
    found = (METAVARIABLE.fullmatch(child.text or b"") for node in lists for child in node.named_children)
    return frozenset(name[2].decode() for name in found if name)


@lru_cache(maxsize=512)
def _declared(template: str) -> set[bytes]:
    """The names that a template itself declares."""
    root = _template_tree(template).root_node
    names = (node.child_by_field_name("name") for node in walk(root) if node.type == "variable_declarator")
    return {name.text or b"" for name in names if name and not METAVARIABLE.fullmatch(name.text or b"")}


def _names(match: Match, capture: Capture, *, declared_only: bool) -> set[bytes]:
    """The identifiers of captured code; with `declared_only`, those that its own statements declare."""
    if not capture.terms:
        return set()
    own = _own(match.node, capture.terms[0].start, capture.terms[-1].end)
    if declared_only:
        targets = [here.child_by_field_name("name") for here in own if here.type == "variable_declarator"]
        own = (
            leaf for target in targets if target for leaf in _own(target, target.start_byte, target.end_byte)
        )
    return {here.text or b"" for here in own if here.type in _DECLARED}


def _used_as_promise(match: Match, tree: Tree, source: bytes, slot: str) -> str:
    """Whether code outside the match calls `.then`, `.catch` or `.finally` on a slot of `this` itself."""
    if not slot.startswith("this."):
        return ""
    name = slot.rpartition(".")[2].encode()
    variable = METAVARIABLE.fullmatch(name)
    if variable:
        term = match.bound[variable[2].decode()].terms[0]
        name = source[term.start : term.end]
    at = source.find(name)
    while at >= 0:
        if not match.start <= at < match.end and _settles(path_to(tree, at), name):
            line = source.count(b"\n", 0, at) + 1
            return f"line {line} uses {name.decode(errors='replace')} as a promise"
        at = source.find(name, at + len(name))
    return ""


def _settles(path: list[Node], name: bytes) -> bool:
    """Whether the innermost node of `path` is the slot in `x.slot.then`."""
    if len(path) < 3 or path[-1].text != name or path[-2].type != "member_expression":
        return False
    outer = path[-3]
    method = outer.child_by_field_name("property") if outer.type == "member_expression" else None
    return method is not None and method.text in _PROMISE_METHODS and path[-2].start_byte == outer.start_byte
