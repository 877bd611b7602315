"""A parsed file that is asked by name and by place instead of being walked.

Reading one node from Python costs about a microsecond, and a bundle has millions of them. So nothing
here visits the whole tree: occurrences of a name are found in the bytes and looked up in the tree, and
parents are remembered from one descent per node.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from time import process_time
from typing import Any, Generic, TypeVar

from patcher.errors import ExitCode, NextfixError
from patcher.syntax.node_kinds import FUNCTIONS, IDENTIFIERS
from patcher.syntax.second_reading import second_reading
from patcher.syntax.tree import MAX_DEPTH, Dialect, Node, parse

WRAPPERS = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "type_assertion",
    }
)
_LINKS = frozenset({"call_expression", "member_expression", "subscript_expression"})
# A name that occurs more often than this (a minified `e`) is not followed: the answer would not be worth
# its time, and "unknown" is always a safe answer.
MAX_OCCURRENCES = 4_000
# Levels of the tree that one file may cost. The most that a real bundle takes is a tenth of this; code nested
# thousands of levels deep takes a product of its levels, its names and its functions.
MAX_LEVELS_PASSED = 5_000_000
# Of the processor, so that a busy machine skips nothing.
# Real files take milliseconds; a file made to be slow is said to be skipped instead of being waited for.
MAX_SECONDS = 20.0
# The clock is read once in so many times that it is asked for: reading it is a call of the system.
_CLOCK_EVERY = 16
# In a file up to this size a name is looked up once for all of it; in a larger one scope by scope.
_SMALL = 96 * 1024
# The bytes that names are looked for in, as a multiple of the file's, before all its words are put into an index:
# the index takes about as long as these searches.
MAX_SEARCHES = 400

_WORDS = re.compile(rb"[\w$#]+")

_NAME_BYTES = frozenset(
    bytes([c]) for c in b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$#"
)
_BEFORE_DECLARED = frozenset(bytes([c]) for c in b" \t\r\n,({[*.:/") | {b""}
_AFTER_DECLARED = frozenset(bytes([c]) for c in b" \t\r\n=,);}({:]/?!<") | {b""}


class Code:
    """Source bytes with their tree.

    Args:
        source: the bytes to parse.
        dialect: the grammar.
        again: whether valid code that the grammar does not know is read a second time; `source` is then what that
            reading has in its place, byte for byte as long.
    """

    def __init__(self, source: bytes, dialect: Dialect, *, again: bool = False) -> None:
        tree = parse(source, dialect)
        self.source, self.tree = second_reading(source, tree, dialect) if again else (source, tree)
        self.root: Node = self.tree.root_node
        self._parents: dict[int, Node] = {}
        self._kids: dict[int, tuple[list[Node], list[int]]] = {}
        # The nodes that the last descent passed, with their ends: most descents lead to its neighbourhood.
        self._trail: list[tuple[int, int, Node]] = [(0, len(source), self.root)]
        self._words: dict[tuple[bytes, int], list[Node]] = {}
        self.crowded: set[bytes] = set()
        self._index: dict[bytes, list[int]] | None = None
        self._lines: list[int] | None = None
        self.searched = 0  # bytes, by all searches for a name
        self.answers: dict[Question[Any, Any], dict[Any, Any]] = {}
        self.passed = 0
        self._asked = 0
        self._deadline = process_time() + MAX_SECONDS

    def keep_time(self) -> None:
        """Raise a NextfixError when the analysis of the file takes too long; whatever may take long asks."""
        self._asked += 1
        if self._asked % _CLOCK_EVERY == 1 and process_time() > self._deadline:
            raise NextfixError(ExitCode.DEFECT, f"not analysed within {MAX_SECONDS:.0f} seconds")

    def text(self, node: Node | None) -> bytes:
        """The bytes of `node`; empty for None."""
        return b"" if node is None else self.source[node.start_byte : node.end_byte]

    def line(self, place: int) -> int:
        """The 1-based line of the byte at `place`."""
        if self._lines is None:
            self._lines = [found.end() for found in re.finditer(b"\n", self.source)]
        return bisect_right(self._lines, place) + 1

    def siblings(self, node: Node) -> tuple[Sequence[Node], int]:
        """The nodes that stand beside `node`, itself among them, in their order, and its place there.

        The tree has a way of its own from one to the next; it begins at the first of them every time.
        """
        above = self.parent(node)
        if above is None:
            return [node], 0
        kids, starts = self._children(above)
        place = bisect_left(starts, node.start_byte)
        while kids[place].id != node.id:
            place += 1
        return kids, place

    def parent(self, node: Node) -> Node | None:
        """The node above `node`, from one descent that remembers every level it passes."""
        known = self._parents.get(node.id)
        if known is None and node.id != self.root.id:
            self._descend(node.start_byte, node.end_byte, node.id)
            known = self._parents.get(node.id)
        return known

    def _descend(self, start: int, end: int, wanted: int) -> Node:
        """The smallest node that covers the bytes from `start` to `end`, or the one whose id is `wanted`."""
        trail = self._trail
        while len(trail) > 1 and not trail[-1][0] <= start < end <= trail[-1][1]:
            trail.pop()
        known, here = len(trail), trail[-1][2]
        if self.passed > MAX_LEVELS_PASSED:
            raise NextfixError(ExitCode.DEFECT, "nested so that it takes too long to analyse")
        while len(trail) <= MAX_DEPTH:
            kids, starts = self._children(here)
            place = bisect_right(starts, start) - 1
            while place > 0 and kids[place].start_byte == kids[place].end_byte:
                place -= 1
            if place < 0 or (stop := kids[place].end_byte) < end:
                break
            here = kids[place]
            trail.append((starts[place], stop, here))
            if here.id == wanted:
                break
        else:
            raise NextfixError(ExitCode.DEFECT, f"nested more than {MAX_DEPTH:,} levels deep")
        self.passed += len(trail) - known
        return here

    def _children(self, node: Node) -> tuple[list[Node], list[int]]:
        known = self._kids.get(node.id)
        if known is None:
            kids = node.children
            for kid in kids:
                self._parents[kid.id] = node
            known = self._kids[node.id] = (kids, [kid.start_byte for kid in kids])
        return known

    def ancestors(self, node: Node) -> Iterator[Node]:
        """Every node above `node`, from the nearest to the root."""
        here = self.parent(node)
        while here is not None:
            yield here
            here = self.parent(here)

    def at(self, start: int, end: int) -> Node | None:
        """The smallest named node that covers the bytes from `start` to `end`."""
        here: Node | None = self._descend(start, end, -1)
        while here is not None and not here.is_named:
            here = self.parent(here)
        return here

    def call_at(self, place: int) -> Node | None:
        """The innermost call that the byte at `place` belongs to."""
        here = self.at(place, place + 1)
        while here is not None and here.type != "call_expression":
            here = self.parent(here)
        return here

    def words(self, name: bytes, within: Node | None = None) -> list[Node]:
        """The identifiers spelled `name`, in source order; those inside `within` when given."""
        if within is None or within.id == self.root.id or len(self.source) <= _SMALL:
            nodes = self._words.get((name, 0))
            if nodes is None:
                nodes = self._words[name, 0] = self._find(name, 0, len(self.source))
            return nodes if within is None else _between(nodes, within)
        nodes = self._words.get((name, within.id))
        if nodes is None:
            nodes = self._words[name, within.id] = self._find(name, within.start_byte, within.end_byte)
        return nodes

    def declaring(self, name: bytes, within: Node) -> list[Node]:
        """The identifiers spelled `name` inside `within` that what stands next to them lets be declarations.

        In a minified bundle a name is mostly followed by a `.` or a `[`: those are not looked up in the tree.
        """
        source, size = self.source, len(name)
        return self.words_at(
            name,
            [
                place
                for place in self.places(name, within.start_byte, within.end_byte)
                if source[place + size : place + size + 1] in _AFTER_DECLARED
                and source[place - 1 : place] in _BEFORE_DECLARED
            ],
        )

    def _find(self, name: bytes, start: int, end: int) -> list[Node]:
        return self.words_at(name, self.places(name, start, end))

    def words_at(self, name: bytes, places: list[int]) -> list[Node]:
        """The identifiers spelled `name` that stand at `places`."""
        found = []
        for place in places:
            node = self.at(place, place + len(name))
            if node is not None and node.type in IDENTIFIERS and node.end_byte - node.start_byte == len(name):
                found.append(node)
        return found

    def places(self, name: bytes, start: int = 0, end: int | None = None) -> list[int]:
        """Where `name` stands as a whole word; nothing at all when it stands in too many places."""
        source, size = self.source, len(name)
        end = len(source) if end is None else end
        if self.searched > MAX_SEARCHES * len(source) and _WORDS.fullmatch(name) is not None:
            return self._indexed(name, start, end)
        self.searched += end - start
        found: list[int] = []
        here = source.find(name, start, end) if name else -1
        while here >= 0:
            if (
                source[here - 1 : here] not in _NAME_BYTES
                and source[here + size : here + size + 1] not in _NAME_BYTES
            ):
                found.append(here)
                if len(found) > MAX_OCCURRENCES:
                    self.crowded.add(name)
                    return []
            here = source.find(name, here + size, end)
        return found

    def _indexed(self, name: bytes, start: int, end: int) -> list[int]:
        """What `places` gives, from an index of all words that is made once."""
        if self._index is None:
            self._index = {}
            for word in _WORDS.finditer(self.source):
                self._index.setdefault(word[0], []).append(word.start())
        places = self._index.get(name, [])
        first, last = bisect_left(places, start), bisect_right(places, end - len(name))
        if last - first > MAX_OCCURRENCES:
            self.crowded.add(name)
            return []
        return places[first:last]

    def function(self, node: Node) -> Node | None:
        """The innermost function around `node` (not `node` itself); None at module scope."""
        for above in self.ancestors(node):
            if above.type in FUNCTIONS:
                return above
        return None

    def functions(self, node: Node) -> Iterator[Node]:
        """The functions around `node`, from the innermost outwards."""
        return (above for above in self.ancestors(node) if above.type in FUNCTIONS)

    def keyword(self, word: bytes, within: Node) -> Iterator[Node]:
        """The statements or expressions that begin with the keyword `word` inside `within`."""
        for place in self.places(word, within.start_byte, within.end_byte):
            node = self.at(place, place + len(word))
            if node is None or node.start_byte != place:
                continue
            if node.type == "identifier" and word == b"await":
                yield self.chain(node)
            elif node.type.startswith(word.decode()):
                yield node

    def chain(self, head: Node) -> Node:
        """The calls and members that begin with `head`: all of `head.a(b).c`."""
        above = self.parent(head)
        while above is not None and above.type in _LINKS and above.start_byte == head.start_byte:
            head, above = above, self.parent(above)
        return head

    def is_awaited_group(self, node: Node) -> bool:
        """Whether `node` is `await (…)` with a call or a member after it, as in `await (0, f)(x)`.

        The grammar reads `await` as the name of a function there.
        """
        here: Node | None = node
        while here is not None and here.type in _LINKS:
            here = field(here, "function") or field(here, "object")
        return here is not None and here != node and self.text(here) == b"await"


Subject = TypeVar("Subject")
Answer = TypeVar("Answer")


class Question(Generic[Subject, Answer]):
    """A question about the parts of a file whose answers are kept with the file."""

    def answers(self, code: Code) -> dict[Subject, Answer]:
        """What is known about each subject of `code`; a new answer is put into it."""
        return code.answers.setdefault(self, {})


def once_a_file(ask: Callable[[Code], Answer]) -> Callable[[Code], Answer]:
    """`ask`, whose answer about a file is kept with the file."""
    question = Question[None, Answer]()

    @wraps(ask)
    def asked(code: Code) -> Answer:
        answers = question.answers(code)
        if None not in answers:
            answers[None] = ask(code)
        return answers[None]

    return asked


def once_a_node(ask: Callable[[Code, Node], Answer]) -> Callable[[Code, Node], Answer]:
    """`ask`, whose answer about each node of a file is kept with the file."""
    question = Question[int, Answer]()

    @wraps(ask)
    def asked(code: Code, node: Node) -> Answer:
        answers = question.answers(code)
        if node.id not in answers:
            answers[node.id] = ask(code, node)
        return answers[node.id]

    return asked


def _between(nodes: list[Node], within: Node) -> list[Node]:
    first = bisect_right(nodes, within.start_byte - 1, key=lambda n: n.start_byte)
    last = bisect_right(nodes, within.end_byte - 1, key=lambda n: n.start_byte)
    return nodes[first:last]


def field(node: Node, name: str) -> Node | None:
    """The child of `node` in field `name`."""
    return node.child_by_field_name(name)


def unwrap(node: Node) -> Node:
    """`node` without the parentheses and TypeScript casts around it."""
    while node.type in WRAPPERS:
        inner = (
            node.named_children[0 if node.type != "type_assertion" else -1] if node.named_children else None
        )
        if inner is None:
            return node
        node = inner
    return node


def contains(outer: Node | None, inner: Node) -> bool:
    """Whether `inner` lies inside `outer` (or is it)."""
    return outer is not None and outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def arguments(call: Node) -> list[Node]:
    """The arguments of a call or `new`, without comments."""
    held = field(call, "arguments")
    if held is None or held.type != "arguments":
        return []
    return [child for child in held.named_children if child.type != "comment"]
