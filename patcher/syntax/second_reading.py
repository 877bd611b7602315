"""Valid code that a grammar does not know, read a second time with what it stumbles over written another way.

The grammars lag behind TypeScript and ECMAScript. A file that does not parse at first is read again with each such
construct replaced by one that the grammar knows and that means the same to the analysis: every replacement is byte
for byte as long as what it replaces, so that offsets and lines stay what they are. The text that has fewer errors is
kept. A match inside a string costs nothing: no string decides anything here.
"""

import re
from collections.abc import Callable

from patcher.syntax.tree import Dialect, Tree, errors, parse

# A file as large as this is a bundle, in which none of these constructs is left.
MAX_BYTES = 4 * 1024 * 1024
_MAX_TYPE = 4_000
Replace = Callable[[re.Match[bytes]], bytes]

_TYPE_WORDS = rb"any|string|number|boolean|unknown|object|never|void|symbol|undefined|null"
_RESERVED = (
    rb"await|break|case|catch|class|const|continue|debugger|delete|do|else|enum|export|extends|false|finally|for|function|if"
    rb"|import|in|instanceof|new|null|return|super|switch|this|throw|true|try|typeof|var|void|while|with|yield|let|static"
)
_NAME_WORDS = rb"abstract|namespace|module|declare|override|accessor|out"
_MEMBER_WORDS = rb"in|abstract|namespace|module|declare|override|accessor|out|instanceof"

_IMPORT_TYPE = rb"import\(\s*(?:\"[^\"\n]*\"|'[^'\n]*')\s*(?:,\s*\{[^{}]*\{[^{}]*\}[^{}]*\}\s*)?\)"


def second_reading(source: bytes, tree: Tree, dialect: Dialect) -> tuple[bytes, Tree]:
    """The text and tree to go on with for a file whose first `tree` has errors; as given when nothing reads better.

    Args:
        source: the bytes that `tree` was parsed from.
        tree: the first reading.
        dialect: the grammar that it was read with.

    Returns:
        Bytes of the same length and the tree parsed from them. JavaScript with types in it (Flow, or TypeScript
        under another name) comes back as a tree of the TSX grammar.
    """
    if not tree.root_node.has_error or len(source) > MAX_BYTES:
        return source, tree
    best, fewest = (source, tree), _wrong(tree)
    for text, grammar in _readings(source, dialect):
        again = parse(text, grammar)
        wrong = _wrong(again)
        if wrong < fewest:
            best, fewest = (text, again), wrong
        if not fewest:
            break
    return best


def _readings(source: bytes, dialect: Dialect) -> list[tuple[bytes, Dialect]]:
    plain = _masked(source, _COMMON)
    # `a && b` in the text of JSX; tried by itself, as in an expression it would change which side counts.
    loose = plain.replace(b"&&", b"||")
    if dialect is Dialect.JAVASCRIPT:
        readings: list[tuple[bytes, Dialect]] = [
            (text, dialect) for text in dict.fromkeys((plain, loose)) if text != source
        ]
        if _TYPED.search(source) is not None:
            readings.append((_masked(plain, (*_TYPES, *_FLOW)), Dialect.TSX))
        return readings
    typed = [_masked(text, _TYPES) for text in ((plain, loose) if dialect is Dialect.TSX else (plain,))]
    return [(text, dialect) for text in dict.fromkeys(typed) if text != source]


def _wrong(tree: Tree) -> int:
    """How much of a tree is in error: bytes, and one for every token that is missing."""
    return sum(1 + node.end_byte - node.start_byte for node in errors(tree.root_node))


def is_flow(source: bytes) -> bool:
    """Whether a file says in its first comment that it is written in Flow."""
    return _FLOW_MARK.search(source, 0, 2_000) is not None


def _masked(source: bytes, masks: tuple[tuple[bytes, re.Pattern[bytes], Replace], ...]) -> bytes:
    for word, pattern, replace in masks:
        if word in source:
            source = pattern.sub(replace, source)
    return _without_template_types(source) if masks is _TYPES or masks[:1] == _TYPES[:1] else source


def _blank(match: re.Match[bytes]) -> bytes:
    return (
        b"".join(b"\n" if byte == 10 else b" " for byte in match[0])
        if b"\n" in match[0]
        else b" " * len(match[0])
    )


def _blank_first(match: re.Match[bytes]) -> bytes:
    """The first group blanked, the rest as it is."""
    start, end = match.span(1)
    return match[0][: start - match.start()] + b" " * (end - start) + match[0][end - match.start() :]


def _renamed_first(match: re.Match[bytes]) -> bytes:
    """The word in the first group made a name: its last letter becomes `_`."""
    end = match.end(1) - match.start()
    return match[0][: end - 1] + b"_" + match[0][end:]


def _named(match: re.Match[bytes]) -> bytes:
    """An expression made a name, with the line breaks that it has."""
    return b"d" + b"".join(b"\n" if byte == 10 else b"_" for byte in match[0][1:])


def _as_name(match: re.Match[bytes]) -> bytes:
    """`import("./x")` in a type, which means a module, as a name."""
    start, end = match.span(1)
    return (
        match[0][: start - match.start()]
        + b"import".ljust(end - start, b"_")
        + match[0][end - match.start() :]
    )


def _declared(match: re.Match[bytes]) -> bytes:
    """`export default function(` as a declaration with a name: `function default_____(`."""
    head = (match[1] or b"") + match[2] + b" "
    return head + b"d".ljust(len(match[0]) - len(head) - len(match[3]), b"_") + match[3]


def _mask(word: bytes, pattern: bytes, replace: Replace) -> tuple[bytes, re.Pattern[bytes], Replace]:
    return word, re.compile(pattern), replace


_COMMON = (
    # `a: B` and a line break, then a name such as `in_flight`, are read as `B in _flight`; in all places, so that
    # it stays one name.
    _mask(b"in", rb"(?<![\w$])in(?=(?:stanceof)?[\d_$])", lambda _: b"In"),
    # `a & b` in JSX; in an expression or a type `|` is as good.
    _mask(b"&", rb"(?<!&)&(?![&=])(?!#?\w+;)", lambda _: b"|"),
    _mask(b"=", rb"(?<=[\s\"'}])(%b|default)(?==[{\"'])" % _RESERVED, _renamed_first),
    _mask(b"<", rb"(?<=<|/)(this)(?=\.)", _renamed_first),
    _mask(b"default", rb"(?<=[\s\"'}])(default)(?=\s*/?>)", _renamed_first),
    _mask(b" as ", rb"\bas\s+(%b)(?=\s*[,}])" % _RESERVED, _renamed_first),
    _mask(b"assert", rb"(?<=['\"])\s*assert\s*\{[^{}]*\}", _blank),
    _mask(b"with", rb"(?<=['\"])\s*with\s*\{[^{}()]*\}(?=\s*(?:;|\n|$))", _blank),
    # A decorator in parentheses, and a component that is a member with a reserved name.
    _mask(b"@(", rb"(?<=@)\((?:[^()]|\([^()]*\)){1,400}\)", _named),
    _mask(b".", rb"(?<=<|/)(?:[A-Za-z_$][\w$]*\.)+(%b|default)(?=[\s/>.])" % _RESERVED, _renamed_first),
    _mask(b"default", rb"\bexport\s+default\s+(async\s+)?(function|class)\b(?:\s*)([(*{])", _declared),
    _mask(b"defer", rb"\bimport\s+(defer)(?=\s+\*)", _blank_first),
    _mask(b"accessor", rb"(?<=[\s;{@)])(accessor)(?=\s+[\w$#\[])", _blank_first),
    _mask(
        b"using",
        rb"\b(?:await\s+)?using(?=[ \t]+[A-Za-z_$][\w$]*\s*(?:=|\bof\b|:))",
        lambda match: match[0][:-5].replace(b"await", b"     ") + b"const",
    ),
    _mask(b"using", rb"(?<![\w$.])(using)(?![\w$])(?=\s*[^\s\w$])", lambda _: b"usin_"),
)
_TYPES = (
    _mask(b"import(", rb"\btypeof\s+(%b)" % _IMPORT_TYPE, _as_name),
    _mask(b"import(", rb"(%b)(?=\.(?!then\b|catch\b|finally\b)[\w$])" % _IMPORT_TYPE, _as_name),
    _mask(b"type", rb"\bexport\s+(type)(?=\s+\*)", _blank_first),
    # The type of a template has no escapes in the grammar.
    _mask(b"\\", rb"\\[`\\]", lambda _: b"__"),
    _mask(b"[]", rb"[(,]\s*(?:%b)(\[\])(?=\s*[,)])" % _TYPE_WORDS, _blank_first),
    _mask(b"", rb"[(,]\s*(%b)(?=\s*[,)])" % _TYPE_WORDS, _renamed_first),
    _mask(b"", rb"(?<=[\s;{,(\[])(%b)(?=\??\s*:)" % _MEMBER_WORDS, _renamed_first),
    _mask(b"", rb"(?<![\w$.])(%b)(?=\s*=(?![=>]))" % _NAME_WORDS, _renamed_first),
    # A parameter that is a field too: `constructor(private readonly as: Service)`.
    _mask(
        b"", rb"(?:private|protected|public|readonly|override)\s+(as|satisfies)(?=\s*\??:)", _renamed_first
    ),
    _mask(b"type", rb"\b(?:im|ex)port\s*\{(?:[^{}]*,)?\s*(type)(?=\s*[,}])", _renamed_first),
    # `i < unique.length`, which the grammar takes for a type; everywhere, so that it stays one name.
    _mask(b"unique", rb"(?<![\w$])(unique)(?![\w$]|\s+symbol\b)", _renamed_first),
    _mask(b">?.(", rb"(?<=[\w$\])])<(?:[^<>()]|=>|<[^<>()]*>){0,400}>(?=\?\.\()", _blank),
    _mask(b"", rb"\[\s*(%b|type|readonly)(?=\s+in\s)" % _MEMBER_WORDS, _renamed_first),
    _mask(b"", rb"[\[.]\s*(%b)(?=\s*\])" % _MEMBER_WORDS, _renamed_first),
    _mask(b"", rb"[<,]\s*((?:in\s+out|in|out)\s)(?=\s*[A-Z])", _blank_first),
    _mask(b"", rb"(?m)^[ \t]*((?:in\s+out|in|out)\s)(?=\s*[A-Z][\w$]*\s+extends\b)", _blank_first),
    _mask(b"?", rb"(?<=[}\]])\?(?=\s*:)", _blank),
    _mask(b"<<", rb"(?<=<)<(?:[^<>()]|=>|<[^<>()]*>){0,400}>(?=\()", _blank),
    _mask(
        b"<",
        rb"(?<=[\w>\])])\n(?=(?:\s|/\*(?:[^*]|\*(?!/)){0,1000}\*/){0,60}<(?:[^<>()]|=>|\([^()]*\)|<[^<>()]*>){0,400}>\()",
        lambda _: b";",
    ),
    _mask(b"accessor", rb"\baccessor(?=\s+#)", _blank),
)
_TYPED = re.compile(
    rb"@flow|\bimport\s+type\b|\bexport\s+(?:type|interface|opaque)\b|[\w$)\]]\??\s?:\s?\??[A-Za-z{]|\bimport\s*\{\s*type\s"
)
_FLOW_MARK = re.compile(rb"(?:/\*|//|\*)\s*@flow\b")
_FLOW = (
    _mask(b"?", rb"(?<=[:<(|,=])(\s*)\?(?=[\w$({*\[])", lambda match: match[1] + b" "),
    _mask(b"*>", rb"(?<=[<,\s])\*(?=\s*[>,])", lambda _: b"_"),
    _mask(b"|", rb"\{\||\|\}", lambda match: b"{ " if match[0][:1] == b"{" else b" }"),
    _mask(b"+", rb"(?<=[{,;\s])[+-](?=[\w$]+\??\s*:)", _blank),
    _mask(b"opaque", rb"\bopaque(?=\s+type\b)", _blank),
    _mask(
        b":",
        rb"\((\w[\w$.]*):\s*([\w$]+)\)(?=\s*[;,)\n])",
        lambda match: b"(" + match[1] + b" " * (len(match[0]) - len(match[1]) - 2) + b")",
    ),
    _mask(b"...", rb"(?<=[,{])(\s*)\.\.\.(?=\s*[,}])", lambda match: match[1] + b"   "),
)


_LINE_COMMENT = re.compile(rb"(?m)(?<=[\s;,{}])//[^\n]*")
# A comment may stand between: ``sql<Row[]> /* sql */ `…` ``.
_BEFORE_TEMPLATE = re.compile(rb">(?=(?:\s*/\*(?:[^*]|\*(?!/)){0,200}\*/\s*)?`)")


def _without_template_types(source: bytes) -> bytes:
    """`source` with the type arguments of tagged templates blanked: ``sql<Row[]>`…` ``."""
    plain: bytearray | None = None
    bare = _LINE_COMMENT.sub(_blank, source)  # a comment in a type may have any signs in it
    for closes in _BEFORE_TEMPLATE.finditer(bare):
        end = closes.start()
        start = _opening(bare, end)
        if start >= 0:
            plain = bytearray(source) if plain is None else plain
            for place in range(start, end + 1):
                if plain[place] != 10:
                    plain[place] = 32
    return source if plain is None else bytes(plain)


def _opening(source: bytes, end: int) -> int:
    """Where the type arguments open that close at `end`; -1 when what stands there is something else."""
    depth, here = 0, end
    while here > max(0, end - _MAX_TYPE):
        byte = source[here]
        if byte == 62 and source[here - 1] != 61:
            depth += 1
        elif byte == 60:
            depth -= 1
            if depth == 0:
                before = source[max(0, here - 8) : here].rstrip(b" ")
                return here if _TAG.match(before[-1:]) is not None else -1
        elif byte == 96:
            return -1
        here -= 1
    return -1


_TAG = re.compile(rb"[\w$)\]]")
