"""How the detectors of kept things other than promises find their places and say what they found."""

from collections.abc import Iterable, Iterator

from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.facts.code import Code
from patcher.analysis.facts.scopes import named_function
from patcher.analysis.meaning import Spelling
from patcher.analysis.prefilter.hints import occurrences
from patcher.syntax.tree import Node


def places_of(source: bytes, tokens: Iterable[bytes], also: Spelling | None = None) -> Iterator[int]:
    """Where the calls stand that begin with one of `tokens`, in a file in which `also` is found."""
    found = [token for token in tokens if token in source]
    if found and (also is None or source in also):
        for token in found:
            for place in occurrences(source, token):
                yield place + len(token) - 1


def called_at(code: Code, place: int) -> Node | None:
    """The call or `new` whose arguments begin at `place`."""
    here = code.at(place, place + 1)
    while here is not None and here.type not in ("call_expression", "new_expression"):
        here = code.parent(here)
    return here


def site(code: Code, family: str, node: Node, slot: str, growth: str = "") -> Judged:
    """A site at `node`; it is one of its own, whatever else its slot keeps."""
    _, name = named_function(code, node)
    return Judged(family, node, name.decode("utf-8", "replace"), slot, node, growth=growth)


def shown(code: Code, node: Node) -> str:
    """An expression as a message names it: on one line, and short."""
    text = " ".join(code.text(node).decode("utf-8", "replace").split())
    return text if len(text) <= 40 else f"{text[:39]}…"
