"""The functions that settle a promise, put into a collection and never taken out again when it is settled.

`new Promise((resolve) => waiting.push(resolve))`: whoever is served, or gives up, stays in the collection, and with it
the promise that its `resolve` belongs to, which has the async context of its request.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from patcher.analysis.detect.callback_tables import callback_places, kept_callback
from patcher.analysis.detect.emptying import emptied, emptying_places, hands_over, is_weak, names_emptying
from patcher.analysis.detect.site_parts import called_at, executor_of, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.doubt import SURE, Doubt
from patcher.analysis.facts.code import Code, Question, arguments, contains, field, unwrap
from patcher.analysis.facts.functions import callee_function
from patcher.analysis.facts.request_path import in_request, put_into, serves_one
from patcher.analysis.facts.scopes import binding, function_name
from patcher.analysis.facts.slots import Slot
from patcher.analysis.names import LISTENS, TAKES_OUT
from patcher.analysis.prefilter.hints import occurrences
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

_EXECUTOR = re.compile(
    rb"new Promise(?:<[^()]{0,120}>)?\(\s*(?:async\s*)?(?:function\b[^(]{0,40})?\(?\s*([\w$]+)"
    rb"(?:[^,()=]{0,60},\s*([\w$]+))?"
)
_DEFERRED = re.compile(
    rb"(?:const|let|var)\s+(?:\{([^{}=]{1,120})\}|([\w$]+))\s*(?::[^=;\n]{1,80})?=\s*(?:Promise\.withResolvers"
    rb"|new\s[\w$.]{0,60}Deferred\w{0,30}|(?:[\w$]{1,40}\.)?(?:defer|deferred|withResolvers|(?:create|make|new)Deferred))"
    rb"\s*(?:<[^()]{0,120}>)?\("
)
_INSTANCE = re.compile(rb"(?:const|let|var)\s+([\w$]+)\s*=\s*new\s+([A-Z][\w$]{2,60})\s*(?:<[^()]{0,80}>)?\(")
_KEEPS_SETTLER = re.compile(
    rb"new Promise[^;]{0,120}?this\.[\w$#]+\s*=\s*\w*(?:res|rej|done|fulfil)\w*\b"
    rb"|=\s*new (?:\w*Deferred|[A-Z]\w*Promise)\b"
)
_CLASS = re.compile(rb"class ([A-Z][\w$]{2,60})(?![\w$])")
_SETTLES_LATER = re.compile(rb"new Promise|Deferred\b")
_LENGTH = 4_000
_PART = re.compile(rb"(resolve|reject)\s*(?::\s*([\w$]+))?")
_PUTS = re.compile(rb"\.(?:push|unshift|add|set)\(|\]\s*=(?![=>])")
_CALLED = re.compile(rb"[\w$]\(")
_REACH = 1_200
_NEAR = 400
_UNSURE = Doubt("is the collection emptied often enough? A waiter that has given up stays in it until then")


def waiter_places(source: bytes) -> list[int]:
    """Where a function that settles a promise may be put into a collection."""
    found: list[int] = []
    for here in occurrences(source, b"new Promise"):
        made = _EXECUTOR.match(source, here)
        if made is None:
            continue
        names = [name for name in made.groups() if name]
        reach = source[made.end() : made.end() + _REACH]
        found += _puts_after(source, made.end(), [*names, *_holders(reach, names)])
    if any(word in source for word in (b"withResolvers", b"eferred", b"defer(")):
        for made in _DEFERRED.finditer(source):
            found += _puts_after(source, made.end(), _deferred_names(made))
    if b"new Promise" in source and b"class " in source:
        found += _instances_put(source)
    found += callback_places(source)
    return sorted(set(found))


def _instances_put(source: bytes) -> Iterator[int]:
    """Where an instance of a class that has a promise may be put into a collection, and where its class stands."""
    classes = {
        match[1]: match.start()
        for match in _CLASS.finditer(source)
        if _SETTLES_LATER.search(source, match.end(), match.end() + _LENGTH) is not None
    }
    for made in _INSTANCE.finditer(source) if classes else ():
        if made[2] in classes:
            puts = [*_puts_after(source, made.end(), [made[1]])]
            yield from [*puts, classes[made[2]]] if puts else []


def _puts_after(source: bytes, start: int, names: list[bytes]) -> Iterator[int]:
    """Where something is put into a collection soon after `start`, and one of `names` is part of it."""
    if names:
        used = re.compile(rb"(?<![\w$.])(?:%b)(?![\w$])" % b"|".join(map(re.escape, names)))
        for put in _PUTS.finditer(source, start, start + _REACH):
            if used.search(source, put.end(), put.end() + _NEAR):
                yield put.start()


def _holders(source: bytes, names: list[bytes]) -> list[bytes]:
    """The variables whose object literal has one of `names` in it: `const waiting = { resolve, timer: null }`."""
    words = b"|".join(map(re.escape, names))
    return re.findall(
        rb"(?:const|let|var)\s+([\w$]+)[^=;\n]{0,40}=\s*\{[^{}]{0,200}(?<![\w$.])(?:%b)\s*[,}]" % words,
        source,
    )


def _deferred_names(made: re.Match[bytes]) -> list[bytes]:
    """The variables that hold a deferred promise, or the functions that settle it: `{ promise, resolve: done }`."""
    if made[2]:
        return [made[2]]
    return [part[2] or part[1] for part in _PART.finditer(made[1])]


def waiters(code: Code, places: list[int]) -> list[Judged]:
    """The waiters at `places` that stay in their collection after they were served or have given up."""
    return [made for place in places if (made := _judge(code, place)) is not None]


def _judge(code: Code, place: int) -> Judged | None:
    put = _put_at(code, place)
    if put is None or not in_request(code, put):
        return None
    executor = executor_of(code, put)
    maker = executor or code.function(put)
    if maker is None:
        return None
    settlers = _settlers(code, executor) if executor is not None else _deferred(code, put, maker)
    for use in [*settlers, *(_in_objects(code, executor, settlers) if executor is not None else [])]:
        if contains(put, use) and (slot := _kept_in(code, use, put, maker)) is not None:
            return _stays(code, put, slot, maker, settlers)
    return kept_callback(code, put, maker)


def _deferred(code: Code, put: Node, maker: Node) -> list[Node]:
    """The uses, in the function that makes them, of the deferred promises and settling functions that `put` stores."""
    found = []
    for match in _DEFERRED.finditer(code.source, maker.start_byte, put.start_byte):
        for name in _deferred_names(match):
            found += [use for use in code.words(name, maker) if use.start_byte >= match.end()]
    for match in _INSTANCE.finditer(code.source, maker.start_byte, put.start_byte):
        if _has_promise(code, match[2]):
            found += [use for use in code.words(match[1], maker) if use.start_byte >= match.end()]
    return [use for use in found if not _is_promise_of(code, use)]


_HAVE_PROMISES = Question[bytes, bool]()  # of the name of a class


def _has_promise(code: Code, name: bytes) -> bool:
    """Whether a class of the file makes a promise for each of its instances, and keeps what settles it in a field."""
    answers = _HAVE_PROMISES.answers(code)
    if name not in answers:
        declared = _class_of(code, name)
        answers[name] = declared is not None and _KEEPS_SETTLER.search(code.text(declared)) is not None
    return answers[name]


def _class_of(code: Code, name: bytes) -> Node | None:
    """The class of the file that is called so."""
    place = _class_place(code.source, name)
    node = code.at(place, place + 1) if place >= 0 else None
    while node is not None and node.type not in ("class_declaration", "class"):
        node = code.parent(node)
    return node


def _class_place(source: bytes, name: bytes) -> int:
    declared = re.search(rb"\bclass\s+%b\b" % re.escape(name), source)
    return declared.start() if declared is not None else -1


def _limits_of_instance(code: Code, put: Node, maker: Node) -> Iterator[Node]:
    """The callbacks of the timeouts with which an instance that `put` stores rejects its own promise; one that calls
    what the instance was given may take the entry out."""
    if executor_of(code, put) is not None:
        return
    for match in _INSTANCE.finditer(code.source, maker.start_byte, put.start_byte):
        declared = _class_of(code, match[2])
        for place in code.places(b"setTimeout", declared.start_byte, declared.end_byte) if declared else ():
            call = called_at(code, place + len(b"setTimeout"))
            callback = unwrap(arguments(call)[0]) if call is not None and arguments(call) else None
            if callback is None or b"Error" not in code.text(callback) or callback.type not in FUNCTIONS:
                continue
            if not any(_is_given(code, each) for each in _calls(code, callback)):
                yield callback


def _is_given(code: Code, call: Node) -> bool:
    """Whether what is called is a parameter: `onTimeout()`."""
    callee = field(call, "function")
    bound = binding(code, callee) if callee is not None and callee.type == "identifier" else None
    return bound is not None and bound.kind == "parameter"


def _is_promise_of(code: Code, use: Node) -> bool:
    above = code.parent(use)
    return above is not None and code.text(field(above, "property")) == b"promise"


def _put_at(code: Code, place: int) -> Node | None:
    """The call or assignment of which the method's dot, or the bracket before the `=`, stands at `place`."""
    here = code.at(place, place + 1)
    while here is not None and here.type not in ("call_expression", "assignment_expression"):
        here = code.parent(here)
    return here if here is not None and here.type == "assignment_expression" else called_at(code, place)


def _settlers(code: Code, executor: Node) -> list[Node]:
    """The uses of the functions that the executor of a promise is given, in its body."""
    held = field(executor, "parameters") or field(executor, "parameter")
    body = field(executor, "body")
    if held is None or body is None:
        return []
    names = re.findall(rb"[A-Za-z_$][\w$]*(?=\s*[,:)?=]|$)", code.text(held)[:200])[:2]
    return [use for name in names for use in code.words(name, body)]


def _in_objects(code: Code, executor: Node, settlers: list[Node]) -> list[Node]:
    """The uses of the variables that hold an object with one of `settlers` in it."""
    held = _holders(code.text(executor), [*{code.text(use) for use in settlers}]) if settlers else []
    return [use for name in held for use in code.words(name, executor)]


def _kept_in(code: Code, use: Node, put: Node, executor: Node) -> Slot | None:
    """The collection that `put` puts `use` into: by itself, as part of an object, or called by a function."""
    here: Node | None = use
    while here is not None and here not in (put, executor):
        if here.type in ("identifier", "object", "array", *FUNCTIONS):
            found = put_into(code, here)
            if found is not None and found[0] == put:
                return found[1]
        here = code.parent(here)
    return None


def _stays(code: Code, put: Node, slot: Slot, executor: Node, settlers: list[Node]) -> Judged | None:
    if is_weak(code, slot) or hands_over(code, slot) or serves_one(code, slot.owner):
        return None
    made = site(code, "kept-waiter", put, slot.text + "[…]")
    if not emptied(code, slot):
        return made
    late = [*_late(code, executor, settlers), *_limits_of_instance(code, put, executor)]
    if late and _is_emptied_by(code, slot, late):
        return replace(made, keeps="timer") if b"clearTimeout" in code.text(put) else made
    if _is_emptied_on_errors(code, slot):
        return made
    outer = executor if executor_of(code, put) is None else code.function(executor) or executor
    if names_emptying(code, outer, slot):
        return None
    keyed = b".set(" in code.text(put)[:200] or put.type == "assignment_expression"
    for callback in late:
        if not _empties(code, callback, slot):
            failed = b"Error" in code.text(callback)
            return replace(made, keeps="timer" if failed else None, doubt=SURE if keyed else _UNSURE)
    return None


def _is_emptied_by(code: Code, slot: Slot, callbacks: list[Node]) -> bool:
    """Whether nothing but some callbacks takes anything out: those of timers, when the promise was not settled."""
    places = [*emptying_places(code, code.root, slot)]
    return bool(places) and all(
        any(callback.start_byte <= place < callback.end_byte for callback in callbacks) for place in places
    )


def _is_emptied_on_errors(code: Code, slot: Slot) -> bool:
    """Whether entries are taken out where something failed, and nowhere else."""
    nodes = [code.at(place, place + 1) for place in emptying_places(code, code.root, slot)]
    return bool(nodes) and all(
        node is not None and any(above.type == "catch_clause" for above in code.ancestors(node))
        for node in nodes
    )


def _late(code: Code, executor: Node, settlers: list[Node]) -> Iterator[Node]:
    """The callbacks of timers, and of listeners for an abort, that settle the promise of an executor."""
    for use in settlers:
        for function in code.functions(use):
            if function == executor:
                break
            held = code.parent(function)
            call = code.parent(held) if held is not None and held.type == "arguments" else None
            if call is not None and _is_late(code, call):
                yield function
    for use in settlers:
        held = code.parent(use)
        call = code.parent(held) if held is not None and held.type == "arguments" else None
        if call is not None and _is_late(code, call) and arguments(call)[:1] == [use]:
            yield use


def _is_late(code: Code, call: Node) -> bool:
    callee = field(call, "function")
    if callee is None:
        return False
    name = code.text(callee).rpartition(b".")[2]
    given = arguments(call)
    aborted = bool(given) and code.text(given[0]).strip(b"'\"`") == b"abort"
    return name == b"setTimeout" or (aborted and (name in LISTENS or name == b"addEventListener"))


def _empties(code: Code, callback: Node, slot: Slot) -> bool:
    """Whether a callback takes its entry out of the collection: itself, or by a function of the file that it calls."""
    if names_emptying(code, callback, slot):
        return True
    for call in _calls(code, callback):
        function = callee_function(code, unwrap(field(call, "function") or call))
        if function is not None and names_emptying(code, function, slot):
            return True
        callee = field(call, "function")
        name = code.text(callee).rpartition(b".")[2] if callee is not None else b""
        if name in TAKES_OUT and function_name(code, callback) != name:
            return True
    return False


def _calls(code: Code, callback: Node) -> Iterator[Node]:
    body = field(callback, "body") if callback.type in FUNCTIONS else None
    for opened in _CALLED.finditer(code.source, body.start_byte, body.end_byte) if body is not None else ():
        call = called_at(code, opened.end() - 1)
        if call is not None and call.type == "call_expression" and contains(body, call):
            yield call
