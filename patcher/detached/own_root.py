"""The root in a file of one's own: an import and a named constant, written as the file writes its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from patcher.analysis.facts.code import Code, Question, field, once_a_file
from patcher.detached.unsafe import UnsafeError
from patcher.detached.wrap import Root
from patcher.syntax.tree import Dialect, Node
from patcher.text.async_root import own_root
from patcher.text.edits import Edit
from patcher.text.layout import newline_of

_NAMES = (b"root", b"asyncRoot", b"requestlessRoot", b"nextfixRoot")
_GAP = b", undefined"
_MODULE = frozenset({"import_statement", "export_statement"})
_IMPORTED = re.compile(
    rb"(?:import\s*\{([^{}]*)\}\s*from\s*|(?:const|let|var)\s*\{([^{}]*)\}\s*=\s*require\(\s*)[\"'](?:node:)?async_hooks[\"']"
)
_CLIENT = re.compile(rb"^\s*[\"']use client[\"']", re.M)
_EDGE = re.compile(rb"\bruntime\b[^=\n]*=\s*[\"'](?:experimental-)?edge[\"']")


@dataclass(frozen=True, slots=True)
class Helper:
    """A module of the project that exports the root: the name that it gives it, and how the file imports it."""

    name: bytes
    specifier: bytes


def root_of(code: Code, helper: Helper | None = None, *, typed: bool = False) -> Root:
    """How the file calls the root, which may be in it already.

    Raises:
        UnsafeError: when it has no name left.
    """
    bind = _resource_name(code)[0] + b".bind"
    here = bind + (b"((call: () => any) => call())" if typed else b"((call) => call())")
    return Root(_name(code, helper) + b".runInAsyncScope", _GAP, bind, here, typed)


@once_a_file
def _own_root(code: Code) -> bytes:
    return own_root(code.source)


def _known(code: Code, helper: Helper | None) -> bytes:
    """What the file calls the root already, its own or the helper module's; empty when it has none."""
    known = _own_root(code)
    if known or helper is None:
        return known
    imported = re.search(
        rb"\{[^{}]*(?<![\w$])%b(?:(?:\s+as\s+|\s*:\s*)([\w$]+))?\s*[,}][^{}]*(?:from|=\s*require\()\s*[\"']%b[\"']"
        % (re.escape(helper.name), re.escape(helper.specifier)),
        code.source,
    )
    return (imported[1] or helper.name) if imported else b""


_NAME = Question[Helper | None, bytes]()  # of a file that may import a helper


def _name(code: Code, helper: Helper | None) -> bytes:
    answers = _NAME.answers(code)
    if helper not in answers:
        answers[helper] = _chosen_name(code, helper)
    return answers[helper]


def _chosen_name(code: Code, helper: Helper | None) -> bytes:
    known = _known(code, helper)
    if known:
        return known
    names = _NAMES if helper is None else (helper.name, *_NAMES)
    name = next((name for name in names if not code.places(name)), b"")
    if not name:
        raise UnsafeError("no name is left for the root")
    return name


def check_own(code: Code) -> None:
    """Refuse a file that a browser or the edge runtime runs: there is no AsyncResource.

    Raises:
        UnsafeError: when it is one.
    """
    reason = _not_of_node(code)
    if reason:
        raise UnsafeError(reason)


@once_a_file
def _not_of_node(code: Code) -> str:
    if _CLIENT.search(code.source[:2000]):
        return "the file is a client component: no server keeps a request by it"
    return "the edge runtime has no AsyncResource" if _EDGE.search(code.source) else ""


def root_edits(
    code: Code, dialect: Dialect, semicolons: bool, helper: Helper | None = None, *, binds: bool = False
) -> Iterator[Edit]:
    """The edits that import the root of `helper`, or import AsyncResource and name the root; none when the file has
    it already. With `binds` AsyncResource is imported in any case."""
    end = b";" if semicolons else b""
    quote = b'"' if code.source.count(b'"') >= code.source.count(b"'") else b"'"
    resource, imported = _resource(code, dialect, quote, end)
    known = _known(code, helper)
    if known or helper is not None:
        lines = [] if known or helper is None else [_imported_root(code, dialect, helper, quote) + end]
        lines += imported if binds else []
        place = place_of_root(code)
        if lines:
            yield Edit(place.at, place.at, place.text(lines, newline_of(code.source)))
        return
    symbol = b"Symbol.for(%bnextfix.root%b)" % (quote, quote)
    made = b"new %b(%bnextfix.root%b)" % (resource, quote, quote)
    name = _name(code, None)
    where = b"globalThis" if dialect is Dialect.JAVASCRIPT else b"(globalThis as Record<symbol, any>)"
    typed = b"" if dialect is Dialect.JAVASCRIPT else b": " + resource
    comment = b"// no request runs in it: what is made there keeps none"
    root = b"const %b%b = (%b[%b] ??= %b)%b" % (name, typed, where, symbol, made, end)
    place = place_of_root(code)
    apart = [b""] if imported and place.after and place.imports else []
    yield Edit(place.at, place.at, place.text([*imported, *apart, comment, root], newline_of(code.source)))


@dataclass(frozen=True, slots=True)
class RootPlace:
    """Where the root is written: after the imports, or before the first statement."""

    at: int
    after: bool
    imports: bool

    def text(self, lines: list[bytes], newline: bytes) -> bytes:
        """What is inserted there so that `lines` stand on lines of their own."""
        if self.after:
            return newline + newline.join(lines)
        return newline.join([*lines, b""]) + newline


def _imported_root(code: Code, dialect: Dialect, helper: Helper, quote: bytes) -> bytes:
    """The statement that imports the root of `helper` under a name that the file does not have."""
    name, given = _name(code, helper), helper.name
    module = quote + helper.specifier + quote
    if is_module(code, dialect):
        return b"import { %b } from %b" % (given if name == given else given + b" as " + name, module)
    return b"const { %b } = require(%b)" % (given if name == given else given + b": " + name, module)


@once_a_file
def _resource_name(code: Code) -> tuple[bytes, bool]:
    """What AsyncResource is called in the file, and whether it is imported already."""
    for found in _IMPORTED.finditer(code.source):
        names = (found[1] or found[2] or b"").split(b",")
        for given in names:
            parts = re.split(rb"\s+as\s+|\s*:\s*", given.strip())
            if parts[0] == b"AsyncResource":
                return parts[-1], True
    return b"AsyncResource" if not code.places(b"AsyncResource") else b"RootResource", False


def _resource(code: Code, dialect: Dialect, quote: bytes, end: bytes) -> tuple[bytes, list[bytes]]:
    """What AsyncResource is called in the file, and the line that imports it, if it has none."""
    name, imported = _resource_name(code)
    if imported:
        return name, []
    module = quote + b"node:async_hooks" + quote
    if is_module(code, dialect):
        given = name if name == b"AsyncResource" else b"AsyncResource as " + name
        return name, [b"import { %b } from %b%b" % (given, module, end)]
    given = name if name == b"AsyncResource" else b"AsyncResource: " + name
    return name, [b"const { %b } = require(%b)%b" % (given, module, end)]


def is_module(code: Code, dialect: Dialect) -> bool:
    """Whether a file is an ES module (or TypeScript that is written as one)."""
    return dialect is not Dialect.JAVASCRIPT or any(child.type in _MODULE for child in code.root.children)


def place_of_root(code: Code) -> RootPlace:
    """Where a file gets its root."""
    statements = [
        child for child in code.root.named_children if child.type not in ("comment", "hash_bang_line")
    ]
    last = None
    for statement in statements:
        if _is_directive(statement):
            last = last if last is not None and _imports(code, last) else statement
        elif _imports(code, statement):
            last = statement
        else:
            break
    if last is None:
        return RootPlace(_first(code, statements), after=False, imports=False)
    end = code.source.find(b"\n", last.end_byte)
    end = len(code.source) if end < 0 else end
    rest = code.source[last.end_byte : end].strip().removeprefix(b";").strip()
    if rest and not rest.startswith((b"//", b"/*")):
        end = last.end_byte + (code.source[last.end_byte : last.end_byte + 1] == b";")
    elif code.source[end - 1 : end] == b"\r":
        end -= 1
    return RootPlace(end, after=True, imports=_imports(code, last))


def _first(code: Code, statements: list[Node]) -> int:
    """Where the first statement begins, with the comments that belong to it."""
    if not statements:
        return len(code.source)
    here = statements[0]
    while (above := here.prev_sibling) is not None and above.type == "comment":
        if code.source[above.end_byte : here.start_byte].count(b"\n") > 1:
            break
        here = above
    return here.start_byte


def _is_directive(statement: Node) -> bool:
    return (
        statement.type == "expression_statement"
        and statement.named_child_count == 1
        and statement.named_children[0].type == "string"
    )


def _imports(code: Code, statement: Node) -> bool:
    """Whether a statement only imports: `import`, or a declaration with `require` alone."""
    if statement.type == "import_statement":
        return True
    if statement.type not in ("lexical_declaration", "variable_declaration"):
        return False
    values = [
        field(child, "value") for child in statement.named_children if child.type == "variable_declarator"
    ]
    return bool(values) and all(
        value is not None and code.text(value).startswith(b"require(") for value in values
    )
