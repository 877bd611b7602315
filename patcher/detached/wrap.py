"""One expression, made in the root: what goes inside, what has to be worked out before, and the edits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from patcher.analysis.facts.code import Code, contains, field, unwrap
from patcher.analysis.facts.stored_values import runs_in_root
from patcher.analysis.names import CHAINS
from patcher.detached.given_functions import runs_of_callers
from patcher.detached.optional_chains import whole_of_chain
from patcher.detached.refusals import asks, why_not
from patcher.detached.unsafe import UnsafeError, line_of
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node
from patcher.text.edits import Edit

# What is worked out only on one of two ways: nothing in it may be moved in front.
_CONDITIONAL = frozenset({"ternary_expression", "binary_expression", "augmented_assignment_expression"})
_RUN_NAMES = (b"run", b"runHere", b"runInRequest", b"nextfixRun")
_SETTLER = b": (value?: any) => void"
_ACTS = frozenset(
    {"call_expression", "new_expression", "assignment_expression", "update_expression", "unary_expression"}
)


@dataclass(frozen=True, slots=True)
class Wrap:
    """An expression that is made in the root.

    `moved` are the parts of it that stay outside, in their order. With `executor` the expression is `new Promise`,
    and what it is given runs outside, as it did: only the promise is made in the root, and what `inside` has. `runs`
    are the parts that run, inside, a function of the caller's: they have the caller's context.
    """

    node: Node
    moved: tuple["Wrap | Node", ...] = ()
    executor: Node | None = None
    inside: tuple["Wrap", ...] = ()
    runs: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Root:
    """How a file calls the root.

    `run` is what runs a function in it, `gap` what stands before the arguments that the function gets. `own` is what
    binds a function to the context that it has; in a package, what makes a promise in the root. `here` gives what runs
    a function in the context that there is now. `typed` says that the file is TypeScript, whose compiler asks for the
    type of each parameter.
    """

    run: bytes
    gap: bytes = b""
    own: bytes = b""
    here: bytes = b""
    typed: bool = False


def wrap(code: Code, node: Node) -> Wrap:
    """How `node` is made in the root.

    Raises:
        UnsafeError: when it would behave otherwise there, or could not be written.
    """
    node = _past_await(node)
    _no_yield(code, node)
    awaits = list(_own(node, "await_expression"))
    reason = why_not(code, node, awaits)
    if not reason and not awaits:
        return Wrap(node)
    if reason:
        base = base_of_chain(code, node)
        apart = base is not None and whole_of_chain(code, base) == base
        if base is not None and apart and not awaits and not why_not(code, node, [base]):
            return Wrap(node, (base,))
        if awaits or asks(code, node):
            raise UnsafeError(reason)
        return Wrap(node, runs=runs_of_callers(code, node))
    for here in awaits:
        _movable(code, here, node)
    return Wrap(node, tuple(_awaited(code, here) for here in awaits))


def _past_await(node: Node) -> Node:
    while node.type == "await_expression" and node.named_children:
        node = node.named_children[-1]
    return node


def _own(node: Node, kind: str) -> Iterator[Node]:
    """The nodes of a kind in `node` that belong to its own function, outermost only."""
    stack = [node]
    while stack:
        here = stack.pop()
        if here.type == kind:
            yield here
        elif here.type not in FUNCTIONS and here.type != "class_body":
            stack.extend(reversed(here.children))


def _no_yield(code: Code, node: Node) -> None:
    for here in _own(node, "yield_expression"):
        raise UnsafeError(f"line {line_of(here)} has a `yield`, which cannot be moved")
    for word in _own(node, "identifier"):
        if code.text(word) == b"await":
            raise UnsafeError(f"line {line_of(word)} has an `await` that cannot be moved")


def base_of_chain(code: Code, node: Node) -> Node | None:
    """What a chain of `.then`, `.catch` and `.finally` begins with; None for anything else."""
    here = unwrap(node)
    found = None
    while here.type == "call_expression":
        callee = field(here, "function")
        if (
            callee is None
            or callee.type != "member_expression"
            or code.text(field(callee, "property")) not in CHAINS
        ):
            break
        found = field(callee, "object")
        if found is None:
            return None
        here = unwrap(found)
    return found


def _movable(code: Code, here: Node, outer: Node) -> None:
    """Refuse to move `here` in front of `outer` when something would then happen in another order, or more often."""
    line = line_of(here)
    for above in code.ancestors(here):
        if above == outer or not contains(outer, above):
            break
        if above.type in _CONDITIONAL:
            raise UnsafeError(f"line {line} awaits under a condition, which cannot be moved")
    if outer.type in _CONDITIONAL:
        raise UnsafeError(f"line {line} awaits under a condition, which cannot be moved")
    if b"?." in code.source[outer.start_byte : here.start_byte]:
        raise UnsafeError(f"line {line} awaits under a condition, which cannot be moved")
    for before in _acting(outer):
        if before.start_byte < here.start_byte and not contains(before, here):
            raise UnsafeError(f"line {line} awaits after something else has been done")


def _acting(outer: Node) -> Iterator[Node]:
    """What `outer` does by itself, outside of what it awaits and of the functions in it."""
    stack = [outer]
    while stack:
        here = stack.pop()
        if here.type in _ACTS:
            yield here
        if here.type not in FUNCTIONS and here.type not in ("class_body", "await_expression"):
            stack.extend(here.named_children)


def _awaited(code: Code, here: Node) -> "Wrap | Node":
    """What is awaited outside, itself made in the root where it may be."""
    inner = here.named_children[-1]
    if inner.type not in ("call_expression", "new_expression") or runs_in_root(code, inner):
        return here
    try:
        return Wrap(here, (wrap(code, inner),))
    except UnsafeError:
        return here


def wrap_edits(code: Code, made: Wrap, root: Root) -> Iterator[Edit]:
    """The edits that make `made` in the root: what stands inside keeps its bytes."""
    node, source = made.node, code.source
    if made.executor is not None:
        yield from _promise_edits(made, made.executor, root)
        for inner in made.inside:
            yield from wrap_edits(code, inner, root)
        return
    if made.runs:
        yield from _run_edits(code, made, root)
        return
    names = _names(code, node, len(made.moved))
    taken = b", ".join(names)
    opens, closes = (b"(", b")") if source[node.start_byte : node.start_byte + 1] == b"{" else (b"", b"")
    if node.type == "sequence_expression":
        opens, closes = b"(", b")"
    yield Edit(node.start_byte, node.start_byte, root.run + b"((" + taken + b") => " + opens)
    for name, moved in zip(names, made.moved, strict=True):
        whole = _grouped(code, moved.node if isinstance(moved, Wrap) else moved, node)
        yield Edit(whole.start_byte, whole.end_byte, name)
    given = b"".join(b", " + _text(code, moved, root) for moved in made.moved)
    yield Edit(node.end_byte, node.end_byte, closes + (root.gap if given else b"") + given + b")")


def _run_edits(code: Code, made: Wrap, root: Root) -> Iterator[Edit]:
    """The expression made in the root, what runs the caller's functions in it being called `run`."""
    node = made.node
    run = next((name for name in _RUN_NAMES if not code.places(name, node.start_byte, node.end_byte)), b"")
    if not run:
        raise UnsafeError("no name is left for what runs the caller's function")
    typed = b": <T>(call: () => T) => T" if root.typed else b""
    yield Edit(node.start_byte, node.start_byte, root.run + b"((" + run + typed + b") => ")
    for part in made.runs:
        if part.type == "identifier":
            if root.typed:
                raise UnsafeError(
                    f"line {line_of(part)}: the types of what the caller's function is given are not known"
                )
            text = code.text(part)
            # Where the caller gave none, the chain is to get none.
            new = b"%b && ((...values) => %b(() => %b(...values)))" % (text, run, text)
            yield Edit(part.start_byte, part.end_byte, new)
            continue
        yield Edit(part.start_byte, part.start_byte, run + b"(() => ")
        yield Edit(part.end_byte, part.end_byte, b")")
    yield Edit(node.end_byte, node.end_byte, root.gap + b", " + root.here + b")")


def _promise_edits(made: Wrap, executor: Node, root: Root) -> Iterator[Edit]:
    """`new Promise(EXECUTOR)`, the promise made in the root, and the executor run where it stands."""
    node, given = made.node, field(made.node, "arguments")
    assert given is not None
    if not root.gap:
        yield Edit(node.start_byte, given.start_byte, root.own)
        return
    yield Edit(node.start_byte, node.start_byte, root.run + b"((run) => ")
    yield Edit(executor.start_byte, executor.start_byte, b"run)" + root.gap + b", " + root.own + b"(")
    if root.typed:
        yield from _settler_types(executor)
    yield Edit(node.end_byte, node.end_byte, b")")


def _settler_types(executor: Node) -> Iterator[Edit]:
    """The edits that give the functions of an executor, which `new Promise` gives it no more, their types.

    Raises:
        UnsafeError: for a parameter that is not a plain name.
    """
    alone = field(executor, "parameter")
    if alone is not None:
        yield Edit(alone.start_byte, alone.end_byte, b"(" + (alone.text or b"") + _SETTLER + b")")
        return
    held = field(executor, "parameters")
    for parameter in held.named_children if held is not None else ():
        name = field(parameter, "pattern")
        if parameter.type == "comment" or field(parameter, "type") is not None:
            continue
        if name is None or name.type != "identifier" or field(parameter, "value") is not None:
            raise UnsafeError(
                f"line {line_of(parameter)}: a parameter of the promise's function is no plain name"
            )
        yield Edit(name.end_byte, name.end_byte, _SETTLER)


def binds(made: Wrap) -> bool:
    """Whether some of what `made` does runs in its own context, which has to be bound."""
    return made.executor is not None or any(map(binds, _parts(made)))


def runs_here(made: Wrap) -> bool:
    """Whether `made` runs functions of callers in the context that they have."""
    return bool(made.runs) or any(map(runs_here, _parts(made)))


def _parts(made: Wrap) -> list[Wrap]:
    return [part for part in (*made.moved, *made.inside) if isinstance(part, Wrap)]


def _grouped(code: Code, node: Node, outer: Node) -> Node:
    above = code.parent(node)
    if (
        above is not None
        and above.type == "parenthesized_expression"
        and above != outer
        and contains(outer, above)
    ):
        return above
    return node


def _text(code: Code, moved: "Wrap | Node", root: Root) -> bytes:
    if not isinstance(moved, Wrap):
        return code.text(moved)
    inner = moved.moved[0] if moved.node.type == "await_expression" else moved
    assert isinstance(inner, Wrap)
    edits = sorted(wrap_edits(code, inner, root), key=lambda edit: edit.start)
    text, at = b"", moved.node.start_byte
    for edit in edits:
        text += code.source[at : edit.start] + edit.new
        at = edit.end
    return text + code.source[at : moved.node.end_byte]


def _names(code: Code, node: Node, count: int) -> Sequence[bytes]:
    """Names for what is handed in, which nothing in the expression has."""
    names: list[bytes] = []
    for word in (b"made", b"awaited", b"value", *(b"value%d" % n for n in range(2, 100))):
        if len(names) == count:
            break
        if not code.places(word, node.start_byte, node.end_byte):
            names.append(word)
    if len(names) < count:
        raise UnsafeError("no name is left for what is awaited")
    return names
