"""Whether a value owns something live, which keeps the request that made it: a socket, a timer, a child process."""

import re
from collections.abc import Iterator

from patcher.analysis.facts.code import Code, contains, field, unwrap
from patcher.analysis.facts.functions import callee_function
from patcher.detached.unsafe import line_of
from patcher.syntax.tree import Node, walk

_DEPTH = 4
_CALLED = re.compile(
    rb"(?:^|[.])_?(?:connect\w*|createConnection\w*|createClient\w*|createPool\w*|createServer|listen|setInterval|setTimeout|fork|spawn|"
    rb"openConnection|subscribe|watch|login|open(?:Db|Database|Kv|Socket)?)$"
)
_BUILT = re.compile(
    rb"(?:^|[._])(?:\w*(?:Client|Pool|Connection|Socket|Server|Agent|Watcher)|Worker|MessageChannel|BroadcastChannel|EventSource|"
    rb"Redis|Cluster|Resolver|DataSource|Sequelize|Kafka)$"
)


def live_part(code: Code, made: Node) -> str:
    """Where `made`, or a function of the file that it calls, makes something that stays live; empty when nowhere."""
    for node in _reached(code, made, 0, set()):
        name = code.text(unwrap(field(node, "function") or field(node, "constructor") or node))
        pattern = _CALLED if node.type == "call_expression" else _BUILT
        if pattern.search(name[-60:]):
            return f"line {line_of(node)}: `{name.decode('utf-8', 'replace')[-40:]}`"
    return ""


def _reached(code: Code, made: Node, depth: int, seen: set[int]) -> Iterator[Node]:
    """The calls and `new` that lead out of the file, in `made` and the functions of the file that it calls."""
    for node in walk(made):
        if node.type not in ("call_expression", "new_expression"):
            continue
        callee = field(node, "function")
        target = callee_function(code, unwrap(callee)) if callee is not None else None
        if target is None:
            yield node  # its name is all that is known
        elif target.id not in seen and not contains(made, target) and depth < _DEPTH:
            seen.add(target.id)
            yield from _reached(code, target, depth + 1, seen)
