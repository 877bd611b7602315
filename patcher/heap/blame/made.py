"""Where a kept promise, timer or handle was made: as nextfix's probe noted it in the running server."""

import re

from patcher.heap.counted.request_facts import texts_at
from patcher.heap.graph.references import Graph, Nodes
from patcher.heap.read.arrays import distinct
from patcher.heap.read.strings import quoted
from patcher.heap.records import CodePlace

_MADE = "<symbol nextfix.made>"
_MOST = 5
_FRAME = re.compile(r"(?:(?P<function>.*) \()?(?P<file>[^()]+?):(?P<line>\d+):\d+\)?")
_PACKAGE = re.compile(r".*[/\\\\]node_modules[/\\\\](@[^/\\\\]+[/\\\\][^/\\\\]+|[^/\\\\@][^/\\\\]*)[/\\\\]")
NEEDLES = (quoted(_MADE),)


def places(graph: Graph, entries: Nodes) -> list[tuple[str, CodePlace | None]]:
    """The places where the sources of `entries` were made, each once: `load (lib/cache.js:12) of package lru`, and
    its file and line, None for a frame that is written in another way.
    """
    carriers = distinct(graph.snapshot.sources(entries))
    texts = texts_at(graph.snapshot, carriers, (_MADE,)).values()
    return list(dict.fromkeys(_place(text) for text in texts if text))[:_MOST]


def _place(frame: str) -> tuple[str, CodePlace | None]:
    found = _FRAME.fullmatch(frame.strip())
    if not found:
        return frame, None
    file = found["file"].replace("\\", "/").removeprefix("file://")
    package = _PACKAGE.match(file)
    where = f"{'/'.join(file.split('/')[-2:])}:{found['line']}"
    words = f"{found['function']} ({where})" if found["function"] else where
    return f"{words} of package {package[1]}" if package else words, CodePlace(
        file, int(found["line"]), made=True
    )
