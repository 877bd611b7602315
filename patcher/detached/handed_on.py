"""Chains on a slot that whoever fills it hands on: a call keeps them as the slot keeps what it was given.

`const made = this.stub.then(...)` beside `this.stub = create()`, given to `wrap(made)` whose result stays: the promise
of the chain keeps the request by itself. One that is awaited or returned belongs to the request that asks, and stays.
"""

from collections.abc import Iterator

from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.scopes import binding, means
from patcher.analysis.facts.slots import uses
from patcher.analysis.facts.stored_values import runs_in_root
from patcher.analysis.facts.stores import Store
from patcher.analysis.names import CHAINS
from patcher.syntax.tree import Node


def handed_on(code: Code, store: Store) -> Iterator[Node]:
    """The chains on the slot of `store`, behind it in the same call, that are handed to a call and to nobody else."""
    if store.slot.keyed:
        return
    function = code.function(store.node)
    for use in uses(code, store.slot):
        if use.start_byte < store.node.end_byte or code.function(use) != function:
            continue
        chain = _chain_on(code, use)
        if chain is not None and _is_handed_on(code, chain) and not runs_in_root(code, chain):
            yield chain


def _chain_on(code: Code, use: Node) -> Node | None:
    """The whole of `use.then(...).catch(...)`; None where `use` begins no chain."""
    chain, here = None, use
    while (above := code.parent(here)) is not None and above.type == "member_expression":
        call = code.parent(above)
        if call is None or call.type != "call_expression" or field(call, "function") != above:
            break
        if field(above, "object") != here or code.text(field(above, "property")) not in CHAINS:
            break
        chain = here = call
    return chain


def _is_handed_on(code: Code, value: Node) -> bool:
    above = code.parent(value)
    if above is None or above.type == "arguments":
        return above is not None
    name = field(above, "name") if above.type == "variable_declarator" else None
    bound = binding(code, name) if name is not None and name.type == "identifier" else None
    if bound is None:
        return False
    places = [
        code.parent(use)
        for use in code.words(code.text(bound.name), bound.scope)
        if use != bound.name and means(code, use, bound)
    ]
    return bool(places) and all(place is not None and place.type == "arguments" for place in places)
