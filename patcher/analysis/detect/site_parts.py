"""How the detectors of kept things other than promises find their places and say what they found."""

import re
from collections.abc import Iterable
from typing import Literal

from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.scopes import binding, named_function
from patcher.analysis.meaning import Spelling
from patcher.analysis.prefilter.hints import occurrences
from patcher.retention.kinds import Growth
from patcher.syntax.tree import Node

EMITTERS = re.compile(rb"[\"'](?:node:)?events[\"']")
PROMISED_TIMERS = re.compile(rb"[\"'](?:node:)?timers/promises[\"']")
_DECLARES = ("import_statement", "lexical_declaration", "variable_declaration")


def places_of(source: bytes, tokens: Iterable[bytes], also: Spelling | None = None) -> list[int]:
    """Where the calls stand that begin with one of `tokens`, in a file in which `also` is found."""
    found = [place + len(token) - 1 for token in tokens for place in occurrences(source, token)]
    return found if found and (also is None or source in also) else []


def called_at(code: Code, place: int) -> Node | None:
    """The call or `new` whose arguments begin at `place`."""
    here = code.at(place, place + 1)
    while here is not None and here.type not in ("call_expression", "new_expression"):
        here = code.parent(here)
    return here


def site(code: Code, family: str, node: Node, slot: str, growth: Growth | Literal[""] = "") -> Judged:
    """A site at `node`; it is one of its own, whatever else its slot keeps."""
    _, name = named_function(code, node)
    return Judged(family, node, name.decode("utf-8", "replace"), slot, node, growth=growth)


def comes_from(code: Code, callee: Node, name: bytes, module: re.Pattern[bytes] | Spelling) -> bool:
    """Whether a function is `name` of the module whose name `module` finds, imported by itself or with all of it."""
    owner = field(callee, "object") if callee.type == "member_expression" else callee
    bound = binding(code, owner) if owner is not None and owner.type == "identifier" else None
    if bound is None or bound.kind not in ("import", "variable"):
        return False
    statement = next((a for a in code.ancestors(bound.name) if a.type in _DECLARES), None)
    if statement is None or module.search(code.text(statement)[-60:]) is None:
        return False
    called = field(callee, "property") if callee.type == "member_expression" else None
    return code.text(called) == name if called is not None else name in code.text(statement)


def shown(code: Code, node: Node) -> str:
    """An expression as a message names it: on one line, and short."""
    text = " ".join(code.text(node).decode("utf-8", "replace").split())
    return text if len(text) <= 40 else f"{text[:39]}…"


def executor_of(code: Code, node: Node) -> Node | None:
    """The function given to `new Promise` that `node` runs in."""
    for function in code.functions(node):
        held = code.parent(function)
        made = code.parent(held) if held is not None and held.type == "arguments" else None
        if made is not None and made.type == "new_expression":
            return function if code.text(field(made, "constructor")) == b"Promise" else None
    return None
