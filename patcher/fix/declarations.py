"""A fresh name beside a slot's own, and where it is declared."""

import re
from dataclasses import dataclass

from patcher.analysis.facts.code import Code, contains, field
from patcher.analysis.facts.slots import Shape, Slot
from patcher.fix.slot_plan import UnsafeError
from patcher.syntax.tree import Dialect, Node
from patcher.text.edits import Edit
from patcher.text.layout import indent_at, newline_of

# What a name of a promise ends with, if something is left without it.
_PROMISE = re.compile(rb"(?<=[^_$])(?:Promise|_promise)$")
_FIELDS = ("field_definition", "public_field_definition")


@dataclass(frozen=True, slots=True)
class Home:
    """Where a slot is declared: the declarator or field definition, None where JavaScript needs none."""

    node: Node | None
    type: Node | None
    optional: bool
    value: Node | None


def home_of(code: Code, slot: Slot, dialect: Dialect) -> Home:
    """The declaration of `slot`.

    Raises:
        UnsafeError: when the slot is neither a variable of this file nor a field of a class or object, when it is
            exported or a parameter, and when TypeScript would not admit a second one beside it.
    """
    if slot.shape is Shape.VARIABLE and slot.root is not None:
        return _variable(code, slot.root.holder, slot)
    if slot.shape is Shape.STATIC and (slot.root is None or slot.root.kind != "class"):
        raise UnsafeError("other modules can reach the slot")
    if slot.shape is Shape.MEMBER:
        raise UnsafeError("the slot is a property of an object that other code made")
    found = _field(code, slot)
    if found is None and dialect is not Dialect.JAVASCRIPT:
        raise UnsafeError("the slot is not declared in its class")
    if found is None:
        return Home(None, None, False, None)
    if any(child.type == "decorator" for child in found.children):
        raise UnsafeError("the slot is decorated")
    optional = any(child.type == "?" for child in found.children)
    return Home(found, field(found, "type"), optional, field(found, "value"))


def _variable(code: Code, holder: Node, slot: Slot) -> Home:
    root = slot.root
    statement = code.parent(holder)
    if root is None or root.kind != "variable" or field(holder, "name") != root.name or statement is None:
        raise UnsafeError("the slot is a parameter or part of a pattern")
    outer = code.parent(statement)
    if outer is None or outer.type in ("export_statement", "for_statement", "for_in_statement"):
        raise UnsafeError("other modules can reach the slot")
    return Home(holder, field(holder, "type"), False, field(holder, "value"))


def _field(code: Code, slot: Slot) -> Node | None:
    for word in code.words(slot.word):
        above = code.parent(word)
        if above is not None and above.type in _FIELDS and contains(above, word):
            holder = slot.owner or (slot.root.holder if slot.root is not None else None)
            if field(above, "value") != word and (holder is None or contains(holder, above)):
                return above
    return None


def undocumented(code: Code, home: Home) -> None:
    """Refuse a slot whose JSDoc says that it is a promise: it would not be one any more.

    Raises:
        UnsafeError: when there is such a comment.
    """
    node = home.node if home.node is None or home.node.type in _FIELDS else code.parent(home.node)
    above = node.prev_sibling if node is not None else None
    if above is not None and above.type == "comment" and b"@type" in code.text(above):
        raise UnsafeError("its JSDoc says that it is a promise; `--style single-flight` can rewrite it")


def fresh(code: Code, word: bytes, ending: bytes, within: Node | None = None) -> bytes:
    """A name that the file does not use (or not `within` a part of it): `word` without "Promise", with `ending`.

    Raises:
        UnsafeError: when the file uses them all.
    """
    plain = word.removeprefix(b"#")
    base = _PROMISE.sub(b"", plain) or plain
    ending = b"_" + ending.lower() if ending and b"_" in plain.strip(b"_") and plain.islower() else ending
    for number in (b"", *(b"%d" % n for n in range(2, 10))):
        name = base + ending + number
        span = (0, None) if within is None else (within.start_byte, within.end_byte)
        if not code.places(name, *span) and not code.places(b"#" + name, *span):
            return word[: len(word) - len(plain)] + name
    raise UnsafeError("no name is left for the value")


def beside(
    code: Code, home: Home, slot: Slot, name: bytes, type_: bytes, semicolon: bytes, value: bytes = b""
) -> tuple[Edit, ...]:
    """The edit that declares `name` like the slot itself.

    Args:
        code: the file.
        home: where the slot is declared.
        slot: the slot.
        name: the new name.
        type_: what it holds when it holds something; empty where the slot has no type.
        semicolon: how the file ends a statement.
        value: what it is from the start; then it is never replaced.
    """
    node = home.node
    if node is None:
        return ()
    given = b" = " + value if value else b""
    if slot.shape is not Shape.VARIABLE:
        word = field(node, "name") or field(node, "property")
        assert word is not None
        head = code.source[node.start_byte : word.start_byte]
        mark = b"?" if type_ and not name.startswith(b"#") else b""
        typed = b"%b: %b" % (mark, type_ if mark else type_ + b" | undefined") if type_ else b""
        return (_line_after(code, node, head + name + typed + given + semicolon),)
    statement = code.parent(node)
    assert statement is not None
    typed = b": %b | undefined" % type_ if type_ and type_ != b"any" else b": any" if type_ else b""
    several = sum(child.type == "variable_declarator" for child in statement.children) > 1
    if several or not _ends_line(code, statement):
        return (Edit(node.end_byte, node.end_byte, b", " + name + typed + given),)
    keyword = b"const " if value else b"var " if statement.type == "variable_declaration" else b"let "
    return (_line_after(code, statement, keyword + name + typed + given + semicolon),)


def _line_end(code: Code, node: Node) -> int:
    end = code.source.find(b"\n", node.end_byte)
    end = len(code.source) if end < 0 else end
    return end - 1 if code.source[end - 1 : end] == b"\r" and end > node.end_byte else end


def _ends_line(code: Code, statement: Node) -> bool:
    """Whether nothing but a comment follows on the line of a statement that begins its line."""
    start = code.source.rfind(b"\n", 0, statement.start_byte) + 1
    if code.source[start : statement.start_byte].strip():
        return False
    rest = code.source[statement.end_byte : _line_end(code, statement)].strip().removeprefix(b";").strip()
    return not rest or rest.startswith(b"//")


def _line_after(code: Code, node: Node, text: bytes) -> Edit:
    at = _line_end(code, node)
    indent = indent_at(code.source, node.start_byte)
    return Edit(at, at, newline_of(code.source) + indent + text)
