"""What a name of one file means in another: the class or function that it imports, by whatever name."""

import re
from collections.abc import Iterator

from patcher.analysis.facts.code import Code, field
from patcher.analysis.facts.scopes import Binding, binding, is_module
from patcher.syntax.tree import Node

_DECLARES = frozenset({"class_declaration", "abstract_class_declaration", "extends_clause", "class_heritage"})
_NAMES = frozenset({"import_specifier", "export_specifier", "import_clause"})


def local_names(code: Code, name: bytes) -> Iterator[bytes]:
    """What the file calls `name`: that, and the other names that it is imported by."""
    yield name
    for use in code.words(name):
        above = code.parent(use)
        if above is not None and above.type == "import_specifier" and field(above, "name") == use:
            other = field(above, "alias")
            if other is not None:
                yield code.text(other)


def is_meant(code: Code, use: Node, *, own: bool) -> bool:
    """Whether `use` means the class or function itself: in its own file, or where it was imported."""
    above = code.parent(use)
    if use.type == "property_identifier":
        return _is_member_meant(code, above, own=own)
    if use.type not in ("identifier", "type_identifier", "shorthand_property_identifier"):
        return False
    if above is not None and above.type in _NAMES:
        return False
    if use.type == "type_identifier":
        return above is not None and above.type in _DECLARES
    bound = binding(code, use)
    if bound is None:
        return own and _is_class_here(code, code.text(use))
    if own:
        return bound.kind in ("class", "function", "variable") and is_module(code, bound.owner)
    return bound.kind == "import" or is_required(code, bound)


def _is_class_here(code: Code, name: bytes) -> bool:
    """Whether the module declares the class `name`: in TypeScript such a name is one of a type, and binds no value."""
    for place in code.places(name):
        word = code.at(place, place + len(name))
        declared = code.parent(word) if word is not None and word.type == "type_identifier" else None
        if declared is not None and declared.type in _DECLARES and is_module(code, code.function(declared)):
            return True
    return False


def _is_member_meant(code: Code, member: Node | None, *, own: bool) -> bool:
    """Whether `member` is a static method of a class of the file, or what an imported module or class has."""
    holder = field(member, "object") if member is not None and member.type == "member_expression" else None
    bound = binding(code, holder) if holder is not None and holder.type == "identifier" else None
    if bound is None:
        return False
    return (own and bound.kind == "class") or bound.kind == "import" or is_required(code, bound)


def is_required(code: Code, bound: Binding) -> bool:
    """Whether a variable is what `require` or `import()` gave."""
    given = field(bound.holder, "value") if bound.kind == "variable" else None
    return (
        given is not None
        and re.match(rb"(?:await\s+)?(?:[\w$.]{1,60}\()?(?:require|import)\(", code.text(given)) is not None
    )


def is_default(source: bytes, name: bytes) -> bool:
    """Whether a file's default export is what it calls `name`."""
    return re.search(_DEFAULT % {b"name": re.escape(name)}, source) is not None


def default_names(source: bytes, module: bytes) -> set[bytes]:
    """What a file calls the module `module`, the last part of its path without a suffix, or its default export."""
    asked = {b"name": re.escape(module)}
    return {
        found for match in re.finditer(_LOADS_DEFAULT % asked, source) for found in match.groups() if found
    }


_DEFAULT = (
    rb"\bexports\.default\s*=\s*%(name)s\b|\bmodule\.exports\s*=\s*(?:class\s+)?%(name)s\b"
    rb"|\bexport\s+default\s+(?:abstract\s+)?(?:class\s+)?%(name)s\b|\bexport\s*\{[^}]*\b%(name)s\s+as\s+default\b"
)
_LOADS_DEFAULT = (
    rb"\b(?:const|let|var)\s+([\w$]+)\s*=\s*(?:[\w$.]{1,60}\()?require\(\s*[\"'](?:\.[^\"'\n]*/|\./|\.\./)%(name)s(?:\.[cm]?js|/index\.[cm]?js|/)?[\"']"
    rb"|\bimport\s+([\w$]+)\s*(?:,[^;'\"]{0,400})?from\s*[\"'](?:\.[^\"'\n]*/|\./|\.\./)%(name)s(?:\.[cm]?js|/index\.[cm]?js|/)?[\"']"
)
