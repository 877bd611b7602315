"""Promises and web streams that requests put into a collection which nobody empties, and loaders that remember them."""

import re

from patcher.analysis.detect.site_parts import called_at, places_of, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.facts.code import Code, arguments, field, unwrap
from patcher.analysis.facts.functions import assigned
from patcher.analysis.facts.lifetimes import made_once
from patcher.analysis.facts.promises import Evidence, evidence
from patcher.analysis.facts.request_path import in_request, outliving, taken_out
from patcher.analysis.facts.scopes import binding, function_name, is_module
from patcher.analysis.facts.slots import Shape
from patcher.analysis.facts.stored_values import made_in_root
from patcher.analysis.handle_names import DATA_LOADERS, TEES, WEB_STREAMS
from patcher.analysis.prefilter.put_promises import is_filled_here, puts_promise
from patcher.syntax.tree import Node

_PROMISED_PART = re.compile(rb"\{[^{}]*:\s*Promise<[^{}]*\}")


def collected_places(source: bytes) -> list[int]:
    """Where a promise or a web stream may be put into a collection, or a loader made."""
    found: set[int] = set()
    if b"DataLoader" in source:
        found.update(
            source.find(b"(", match.end(), match.end() + 200) for match in DATA_LOADERS.finditer(source)
        )
    if b".set(" in source and b"Stream" in source and source in WEB_STREAMS:
        found.update(places_of(source, (b".set(",)))
    if b"romise" in source or b"async" in source:
        put = places_of(source, (b".push(", b".add("))
        found.update(
            place for place in put if not is_filled_here(source, place) and puts_promise(source, place)
        )
    return sorted(found - {-1})


def collected(code: Code, places: list[int]) -> list[Judged]:
    """What requests put into collections at `places`, and what loaders made at load remember of them."""
    return [made for place in places if (made := _judge(code, place)) is not None]


def _judge(code: Code, place: int) -> Judged | None:
    call = called_at(code, place)
    if call is None:
        return None
    if call.type == "new_expression":
        return _loader(code, call)
    callee, given = field(call, "function"), arguments(call)
    holder = field(callee, "object") if callee is not None and callee.type == "member_expression" else None
    if callee is None or holder is None or not given:
        return None
    keyed = code.text(field(callee, "property")) == b"set"
    if keyed and not (len(given) > 1 and _is_stream(code, unwrap(given[1]))):
        return None
    if not keyed and (len(given) != 1 or not _is_promise(code, given[0], holder)):
        return None
    if not in_request(code, call) or made_in_root(code, given[-1]):
        return None
    slot = outliving(code, holder, call)
    if slot is None or taken_out(code, slot):
        return None
    is_part = not keyed and unwrap(given[0]).type == "object" and slot.shape is Shape.FIELD
    if is_part and (slot.owner is None or not made_once(code, slot.owner)):
        return None  # what is noted of each part of a run goes with it
    return site(code, "stream-in-cache" if keyed else "promise-collection", call, slot.text + "[…]")


def _is_promise(code: Code, value: Node, holder: Node) -> bool:
    """Whether a promise is put into a collection, by itself or as a part of an object: what TypeScript says of the
    entries counts too."""
    value = unwrap(value)
    if value.type != "object":
        return evidence(code, value) is Evidence.PROMISE
    if any(
        code.text(field(pair, "key") or pair) in (b"resolve", b"reject") for pair in value.named_children[:12]
    ):
        return False  # a waiter, which `waiters` judges
    parts = [field(pair, "value") or pair for pair in value.named_children[:12]]
    if any(_gives_promise(code, unwrap(part)) for part in parts if part.type != "comment"):
        return True
    word = code.text(holder).rpartition(b".")[2]
    declared = re.search(rb"(?<![\w$])%b\??\s*:\s*([^=\n]{1,200})" % re.escape(word), code.source)
    return declared is not None and _PROMISED_PART.search(declared[1]) is not None


def _gives_promise(code: Code, part: Node) -> bool:
    """Whether a part of an object is a promise; for one that is only named, what the variable was given."""
    if part.type != "shorthand_property_identifier":
        return evidence(code, part) is Evidence.PROMISE
    bound = binding(code, part)
    given = assigned(code, bound) if bound is not None and bound.kind == "variable" else []
    return any(evidence(code, value) is Evidence.PROMISE for value in given)


def _is_stream(code: Code, value: Node) -> bool:
    """Whether a value is a web stream or an object that has one, by how it is made or by its declared type."""
    if value.type == "object":
        return any(
            _is_stream(code, unwrap(inner))
            for pair in value.named_children[:12]
            if (inner := field(pair, "value") or (pair if "shorthand" in pair.type else None)) is not None
        )
    text = code.text(value)[:200]
    if value.type == "new_expression":
        return code.text(field(value, "constructor")) in WEB_STREAMS
    if value.type == "call_expression":
        return text in TEES
    bound = binding(code, value) if value.type in ("identifier", "shorthand_property_identifier") else None
    if bound is None:
        return False
    if bound.kind == "parameter":
        declared = code.parent(bound.name)
        kind = field(declared, "type") if declared is not None else None
        return kind is not None and code.text(kind) in WEB_STREAMS
    made = field(bound.holder, "value") if bound.kind == "variable" else None
    return made is not None and made.type != "object" and _is_stream(code, unwrap(made))


def _loader(code: Code, call: Node) -> Judged | None:
    """A DataLoader made at load with its cache on: it remembers the promise of every key."""
    if not is_module(code, code.function(call)):
        return None
    options = arguments(call)[1:]
    if options and (options[0].type != "object" or b"cache" in code.text(options[0])):
        return None
    name = function_name(code, call).decode("utf-8", "replace")
    return Judged("memoized-promise", call, "DataLoader", name, call) if name else None
