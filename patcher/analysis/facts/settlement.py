"""Whether a slot is emptied when its promise settles, and on which path.

Only what happens on success counts: a reset in a `catch` makes careful code look cleared, yet the promise
that succeeded stays. Nor does a `clear()` or `close()` count that somebody may call one day.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from patcher.analysis.facts.calls import call_of, named
from patcher.analysis.facts.clears import clears_near
from patcher.analysis.facts.code import Code, arguments, contains, field, once_a_node, unwrap
from patcher.analysis.facts.functions import assigned, callee_function, is_async
from patcher.analysis.facts.scopes import binding, function_name, parameters
from patcher.analysis.facts.slots import Slot
from patcher.analysis.names import (
    CHAINS,
    DELETES,
    ENDINGS,
    ERRORS,
    LISTENS,
    RELEASES,
    RESETS,
    RESULTS,
    SETTLES,
)
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node


class Clearing(StrEnum):
    """On which paths a slot is emptied when its promise settles."""

    SETTLED = "settled"
    ERROR_ONLY = "error only"
    SOMETIMES = "sometimes"
    SUCCESS_ONLY = "success only"
    NEVER = "never"


_MOST_CLEARS = 40
_RESOLVES = re.compile(rb"(?<![pP]romise)\.resolve\(")
_SOMETHING = re.compile(rb"^\(\s*(?:!!)?([\w$]+)(?:\.(?:ok|length|data|success))?\s*\)$")
_NOTHING = re.compile(
    rb"^\(\s*(?:!\s*([\w$.#]+)|([\w$.#]+)\s*={2,3}\s*(?:undefined|null|void 0|false))\s*\)$"
)


def clearing(code: Code, slot: Slot, store: Node, value: Node) -> Clearing:
    """On which paths `slot` is emptied once the promise `value`, put there by `store`, settles.

    Of a slot that is emptied in hundreds of places those next to the store are asked: to compare each store with each
    place would take minutes.
    """
    seen = Clearing.NEVER
    for clear in clears_near(code, slot, store, _MOST_CLEARS):
        if contains(clear, store):
            if _awaits_store(clear, store):
                return Clearing.SETTLED
            continue
        if on_success(code, clear, store, value, 0):
            if _gave_something(code, clear, store):
                seen = Clearing.SOMETIMES
            elif _only_succeeds(code, clear):
                seen = Clearing.SUCCESS_ONLY
            else:
                return Clearing.SETTLED
            continue
        if _on_error(code, clear) is not None and seen is Clearing.NEVER:
            seen = Clearing.ERROR_ONLY
    return seen


def _awaits_store(clear: Node, store: Node) -> bool:
    """Whether what a promise gives takes its place at once: `slot = await (slot = load())`."""
    right = field(clear, "right") if clear.type == "assignment_expression" else None
    return right is not None and unwrap(right).type == "await_expression" and contains(right, store)


def _gave_something(code: Code, at: Node, store: Node) -> bool:
    """Whether `at` runs only when the promise gave a value: `then((data) => { if (data) forget(key) })`."""
    for above in code.ancestors(at):
        if above.type in FUNCTIONS:
            return False
        asked = (
            _SOMETHING.match(code.text(field(above, "condition"))) if above.type == "if_statement" else None
        )
        if asked is None or contains(above, store) or not contains(field(above, "consequence"), at):
            continue
        around = code.function(above)
        if around is not None and role(code, around) == "fulfil" and asked[1] in parameters(code, around):
            return field(above, "alternative") is None
    return False


def _only_succeeds(code: Code, at: Node) -> bool:
    """Whether an entry is taken out after an `await` that leaves the function when it fails, and not in a `finally`."""
    function = code.function(at)
    called = field(at, "function") if at.type == "call_expression" else None
    if called is None or code.text(field(called, "property")) not in DELETES:
        return False
    if function is None or not is_async(function):
        return False
    for above in code.ancestors(at):
        if above == function:
            break
        if above.type in ("finally_clause", "catch_clause", "try_statement"):
            return False
    waits = [
        wait
        for wait in code.keyword(b"await", function)
        if wait.end_byte < at.start_byte and code.function(wait) == function
    ]
    return bool(waits) and not any(
        above.type == "try_statement" and contains(function, above)
        for wait in waits
        for above in code.ancestors(wait)
    )


def on_success(code: Code, at: Node, store: Node, value: Node, depth: int) -> bool:
    """Whether `at` runs when the promise `value` is fulfilled (perhaps on rejection too)."""
    inside_value = contains(value, at)
    handling = _on_error(code, at)
    if handling is not None and not inside_value and not contains(handling, store):
        return False
    storing = code.function(store)
    around: list[Node] = []
    for above in _chain(code, at):
        if inside_value and above == value:
            break
        if contains(above, store) and above.type in FUNCTIONS:
            break
        around.append(above)
    if any(_error_context(code, node, at) or _gave_nothing(code, node, at, store) for node in around):
        return False
    if inside_value:
        return True
    if _after_await(code, at, store, storing):
        return True
    named = _named(code, around)
    if _settles_here(code, around, at, store, storing) and not _is_reset(code, named, around):
        return True
    if _awaits_slot_before(code, at, store, named):
        return True
    return depth < 2 and named is not None and _called_on_success(code, named, store, value, depth)


def _chain(code: Code, at: Node) -> Iterator[Node]:
    yield at
    yield from code.ancestors(at)


def _error_context(code: Code, node: Node, at: Node) -> bool:
    if node.type == "catch_clause":
        return True
    if node.type == "if_statement" and contains(field(node, "consequence"), at):
        return code.text(field(node, "condition")).strip(b"()") in ERRORS
    return role(code, node) == "reject" or _only_rejects(code, node)


@once_a_node
def _only_rejects(code: Code, function: Node) -> bool:
    """Whether `function` is a callback in the executor of a promise that rejects it and never resolves it."""
    held = code.parent(function)
    if function.type not in FUNCTIONS or held is None or held.type not in ("arguments", "pair"):
        return False
    for executor in code.functions(held):
        above = code.parent(executor)
        made = code.parent(above) if above is not None and above.type == "arguments" else None
        if (
            made is None
            or made.type != "new_expression"
            or code.text(field(made, "constructor")) != b"Promise"
        ):
            continue
        settles = [bool(code.words(name, function)) for name in parameters(code, executor)]
        return settles == [False, True]
    return False


def _gave_nothing(code: Code, statement: Node, at: Node, store: Node) -> bool:
    """Whether `at` runs only when the promise gave no value: `if (this.value === undefined)`, or `if (!result)` in
    the callback that is given the result; a condition around the store too is that of the memo."""
    if statement.type != "if_statement" or contains(statement, store):
        return False
    asked = _NOTHING.match(code.text(field(statement, "condition")))
    if asked is None or not contains(field(statement, "consequence"), at):
        return False
    name = (asked[1] or asked[2]).split(b".")[-1]
    around = code.function(statement)
    given = around is not None and role(code, around) == "fulfil" and name in parameters(code, around)
    return given or name in RESULTS


@once_a_node
def role(code: Code, node: Node) -> str:
    """What an argument is called for: fulfil, reject, finally, timer, listener, or nothing known."""
    above = code.parent(node)
    if above is None or above.type != "arguments":
        return ""
    call = code.parent(above)
    if call is None or call.type != "call_expression":
        return ""
    callee = field(call, "function")
    given = arguments(call)
    if callee is None or node not in given:
        return ""
    if callee.type != "member_expression":
        return "timer" if code.text(callee) in (b"setTimeout", b"setImmediate", b"queueMicrotask") else ""
    name = code.text(field(callee, "property"))
    if name == b"bind" and callee.type == "member_expression":
        return role(code, call)
    if name == b"then":
        return "fulfil" if node == given[0] else "reject"
    if name in CHAINS:
        return "reject" if name == b"catch" else "finally"
    if name in LISTENS and node != given[0]:
        event = code.text(given[0]).strip(b"'\"`")
        ends = event in (b"error", b"abort") or (event in ENDINGS and code.text(node) not in SETTLES)
        return "reject" if ends else "listener"
    return "timer" if name in (b"nextTick", b"setTimeout") else ""


@once_a_node
def _on_error(code: Code, at: Node) -> Node | None:
    """The innermost part of the file around `at` that runs on errors only, or None."""
    return next((node for node in _chain(code, at) if _error_context(code, node, at)), None)


def _settles_here(code: Code, around: list[Node], at: Node, store: Node, storing: Node | None) -> bool:
    for node in around:
        if node.type == "finally_clause" or role(code, node) in ("fulfil", "finally"):
            return True
        inner = node.type in FUNCTIONS and contains(storing, node) and node != storing
        if inner and (role(code, node) or at.start_byte > store.start_byte):
            return True
    return False


def _named(code: Code, around: list[Node]) -> Node | None:
    """The outermost function with a name among `around`: the helper that does the emptying."""
    functions = [
        node
        for node in around
        if node.type in FUNCTIONS and function_name(code, node) not in (b"", b"constructor")
    ]
    return functions[-1] if functions else None


def _is_reset(code: Code, named: Node | None, around: list[Node]) -> bool:
    return named is not None and any(
        function_name(code, node) in RESETS for node in around if node.type in FUNCTIONS
    )


def _after_await(code: Code, at: Node, store: Node, storing: Node | None) -> bool:
    """Whether `at` follows `store` in the same function with an `await` between them."""
    if storing is None or code.function(at) != storing or at.start_byte < store.start_byte:
        return False
    return any(
        store.start_byte < wait.end_byte
        and wait.start_byte < at.start_byte
        and code.function(wait) == storing
        for wait in code.keyword(b"await", storing)
    )


def _awaits_slot_before(code: Code, at: Node, store: Node, named: Node | None) -> bool:
    """Whether the function around `at` awaited the slot, or the function that stores, before it."""
    around = code.function(at)
    if around is None or named is None or function_name(code, named) in RESETS:
        return False
    target = field(store, "left")
    if target is None:
        callee = field(store, "function")
        target = field(callee, "object") if callee is not None else None
    word = code.text(target if target is not None else store).split(b".")[-1][:60]
    storing = function_name(code, code.function(store)) or word
    for wait in code.keyword(b"await", around):
        before = wait.start_byte < at.start_byte and code.function(wait) == around
        if before and _mentions(code, wait, word, storing):
            return True
    return False


def _mentions(code: Code, wait: Node, word: bytes, storing: bytes) -> bool:
    """Whether what is awaited is the slot, the function that stores, or a variable that was given one of them."""
    texts = [code.text(wait)[:200]]
    given = wait.named_children[-1] if wait.named_children else None
    bound = binding(code, given) if given is not None and given.type == "identifier" else None
    if bound is not None and bound.kind == "variable":
        texts += [code.text(made)[:200] for made in assigned(code, bound)]
    return any(word in text or storing in text for text in texts)


def _called_on_success(code: Code, helper: Node, store: Node, value: Node, depth: int) -> bool:
    """Whether `helper` is what makes the promise, what resolves it, or is called when it is fulfilled."""
    for made in makers(code, value):
        if made == helper:
            return True
    stashed = stashed_resolvers(code, value)
    if any(code.places(word, helper.start_byte, helper.end_byte) for word in stashed):
        return True
    if _is_deferred(value) and _RESOLVES.search(code.text(helper)) is not None:
        return True
    name = function_name(code, helper)
    if stashed and name in RELEASES:
        return True
    if not name or len(name) > 80:
        return False
    for use in code.words(name):
        if contains(helper, use):
            continue
        site = _reference(code, use)
        if site is not None and on_success(code, site, store, value, depth + 1):
            return True
    return False


def _is_deferred(value: Node) -> bool:
    """Whether an object is kept that holds a promise with the function that settles it: `{ promise, resolve }`."""
    return value.type == "object" and any(
        (field(entry, "key") or entry).text == b"resolve" for entry in value.named_children[:8]
    )


def _reference(code: Code, use: Node) -> Node | None:
    """The call of, or the mention as an argument of, the function named by `use`."""
    if (call := call_of(code, use)) is not None:
        return call
    here = named(code, use)
    above = code.parent(here)
    if above is None:
        return None
    if above.type == "member_expression" and field(above, "object") == here:
        call = code.parent(above)
        return call if call is not None and call.type == "call_expression" else None
    return here if above.type == "arguments" else None


def makers(code: Code, value: Node) -> Iterator[Node]:
    """The functions of this file whose call makes the promise: the heads of the chain in `value`."""
    here: Node | None = unwrap(value)
    for _ in range(12):
        if here is None:
            return
        if here.type in ("await_expression", "assignment_expression"):
            here = here.named_children[-1]
            continue
        if here.type == "member_expression":
            here = field(here, "object")
            continue
        if here.type != "call_expression":
            return
        callee = unwrap(field(here, "function") or here)
        made = callee_function(code, callee)
        if made is not None:
            yield made
        here = callee if callee.type == "member_expression" else None


def stashed_resolvers(code: Code, value: Node) -> list[bytes]:
    """Where the executor of `new Promise` puts its `resolve` for others to call."""
    value = unwrap(value)
    if value.type != "new_expression" or not arguments(value):
        return []
    executor = arguments(value)[0]
    held = field(executor, "parameters") or field(executor, "parameter")
    names = (
        [code.text(p) for p in held.named_children]
        if held is not None and held.named_children
        else [code.text(held)]
    )
    if not names or not names[0]:
        return []
    stashed = []
    for use in code.words(names[0], field(executor, "body")):
        for above in code.ancestors(use):
            if above == executor or (above.type == "arguments" and not contains(above, use)):
                break
            if above.type == "assignment_expression" and contains(field(above, "right"), use):
                stashed.append(code.text(field(above, "left")).split(b".")[-1])
                break
    return stashed
