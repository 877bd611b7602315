"""The shapes of a memo, what each style writes in their place, and which guards mean "nothing is kept yet".

`$SLOT` is the slot as the file writes it, `$RESULT` a fresh name beside it, `$EMPTY` what the file calls empty.
Values are kept in a box, `{ value }`, so that a value that is false, null or undefined is kept too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import indent

from patcher.fix.slot_plan import UnsafeError
from patcher.rule import Rewrite

_SHARED = """
if ($RESULT) return $RESULT.value;
%s
try {
    $RESULT = { value: await %s };
    return $RESULT.value;
} finally {
    $SLOT = $EMPTY;
}
"""
_FILLED_FIRST = """
if (!$RESULT) {
%s
    try {
        $RESULT = { value: await %s };
    } finally {
        $SLOT = $EMPTY;
    }
}
%s
"""
_BRANCH = """
if ($TEST) {
    $$$BEFORE
    $SLOT = $MAKE;
    $$$AFTER
}
"""
_EARLY = """
if ($KNOWN) return $SLOT;
$$$BEFORE
$SLOT = $MAKE;
"""
# A failure empties the slot in every style, so what did that before is left out.
_RETHROWN = "$MAKE.catch(($ERROR) => { $SLOT = $NIL; throw $ERROR; })"
_FORGETS = "$SLOT.catch(($$$_) => { $SLOT = $NIL; });"
_BOX = "{ value: await $MAKE }"


@dataclass(frozen=True, slots=True)
class _Head:
    """How a memo begins: what is found, what stays of it, what `documented` makes of it, what gives the promise.

    `ends` says that the promise is given by an expression, which the memo's last statement holds.
    """

    find: str
    stays: str
    documented: str
    promise: str
    ends: bool = False


def _heads(made: str, catch: str = "") -> Iterator[_Head]:
    yield _Head(
        f"if ($TEST) {{ $$$BEFORE; $SLOT = {made}; {catch} $$$AFTER; }}",
        _BRANCH,
        _BRANCH.replace("$MAKE", _BOX),
        "$SLOT",
    )
    if catch:
        return
    for sign in ("??=", "||="):
        box, promise = f"$SLOT {sign} {_BOX}", f"($SLOT {sign} $MAKE)"
        yield _Head(f"$SLOT {sign} {made};", "", f"{box};", promise)
        yield _Head(f"($SLOT {sign} {made})", "", f"({box})", promise, ends=True)
    for sign in ("??", "||"):
        box, promise = f"($SLOT {sign} ($SLOT = {_BOX}))", f"($SLOT {sign} ($SLOT = $MAKE))"
        yield _Head(f"($SLOT {sign} ($SLOT = {made}))", "", box, promise, ends=True)


def _returned(head: _Head) -> Iterator[Rewrite]:
    """The memo as the end of a function, which returns the promise or awaits it to return the value."""
    last = head.find if head.ends else "$SLOT"
    before = "" if head.ends else head.find
    box = f"return {head.documented}.value;" if head.ends else f"{head.documented}\nreturn $SLOT.value;"
    shared = _SHARED % (head.stays.strip("\n"), head.promise)
    for word in ("return", "return await"):
        yield _rewrite(f"{before} {word} {last};", box, shared)


def _awaited(head: _Head) -> Iterator[Rewrite]:
    """The memo in the midst of an async function, which awaits it for its value or to know that it is done."""
    last = head.find if head.ends else "$SLOT"
    before = "" if head.ends else head.find
    stays = indent(head.stays.strip("\n"), "    ")
    for start, use in (("", ""), ("const $NAME = ", "$KEYWORD $NAME = ")):
        value = f"{use}{head.documented if head.ends else '$SLOT'}.value;" if use else ""
        box = value if head.ends else f"{head.documented}\n{value}"
        shared = _FILLED_FIRST % (stays, head.promise, f"{use}$RESULT.value;" if use else "")
        if not box:  # a statement must not begin with a parenthesis where files leave semicolons out
            box = f"{head.documented[1:-1]};"
        yield _rewrite(f"{before} {start}await {last};", box, shared)


def _early(made: str, catch: str = "") -> Iterator[Rewrite]:
    """The memo whose guard returns early."""
    box = _EARLY.replace("return $SLOT", "return $SLOT.value").replace("$MAKE", _BOX) + "return $SLOT.value;"
    shared = _SHARED % (_EARLY.strip("\n"), "$SLOT")
    guard = "if ($KNOWN) { return $SLOT; } $$$BEFORE;"
    yield _rewrite(f"{guard} $SLOT = {made}; {catch} return $SLOT;", box, shared)
    if not catch:
        yield _rewrite(f"{guard} return $SLOT = {made};", box, shared)


def _rewrite(find: str, documented: str, shared: str) -> Rewrite:
    write = {"documented": documented, "single-flight": shared}
    return Rewrite(find, {style: re.sub(r"\n\s*\n", "\n", text).strip("\n") for style, text in write.items()})


def _shapes() -> Iterator[Rewrite]:
    for made, catch in ((_RETHROWN, ""), ("$MAKE", _FORGETS), ("$MAKE", "")):
        for head in _heads(made, catch):
            yield from _returned(head)
            yield from _awaited(head)
        yield from _early(made, catch)


MEMO = tuple(_shapes())

EMPTY_WORDS = {b"undefined": b"undefined", b"null": b"null", b"void0": b"undefined"}


def empty_of(text: bytes) -> bytes | None:
    """`undefined` or `null` for an expression that is one of them, None for any other."""
    return EMPTY_WORDS.get(re.sub(rb"\s", b"", text))


def empty_by_guard(test: bytes, slot: bytes, *, filled: bool) -> bytes:
    """What a guard takes for empty: `undefined` or `null`, nothing (`b""`) when it takes both.

    Args:
        test: the condition as the file writes it.
        slot: the slot as the file writes it.
        filled: whether the condition holds when something is kept, not when nothing is.

    Raises:
        UnsafeError: when the condition asks for anything else than the slot.
    """
    bare, name = re.sub(rb"\s", b"", test), re.escape(re.sub(rb"\s", b"", slot))
    loose = rb"!!%b|%b" % (name, name) if filled else rb"!%b" % name
    if re.fullmatch(loose, bare):
        return b""
    sign = b"!" if filled else b"="
    word = rb"(undefined|null|void0)"
    found = re.fullmatch(rb"%b%b=(=?)%b" % (name, sign, word), bare) or re.fullmatch(
        rb"%b%b=(=?)%b" % (word, sign, name), bare
    )
    if found:
        strict, empty = sorted(found.groups(), key=len)
        return EMPTY_WORDS[empty] if strict else b""
    if re.fullmatch(rb"typeof\(?%b\)?%b==?['\"]undefined['\"]" % (name, sign), bare):
        return b"undefined"
    raise UnsafeError(f"its guard asks for more than the slot: {test.decode('utf-8', 'replace')}")
