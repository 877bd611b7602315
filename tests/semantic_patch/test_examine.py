"""Laws of a rewrite that hold whatever the code around and inside it is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from patcher.catalogue.load import rule_named, rules
from patcher.model import Verdict
from patcher.rule import STYLES
from patcher.semantic_patch.examine import examine
from patcher.semantic_patch.verify import unsound
from patcher.syntax.tree import errors, parse
from patcher.text.edits import apply_edits

RULE = rule_named("next/server-promise", rules())
RELEASE = "13.1.6"

names = st.sampled_from(["conf", "e", "server_1", "naïve", "$el"])
gaps = st.sampled_from(["", " ", "\n", "\n    ", "\t", " /* c */ ", " // c\n"])
statements = st.sampled_from(
    [
        "this.server = await this.createServer({ ...this.options });",
        "if (flag) { go(`a\n  b`); }",
        "go(1), stop(2);",
        "let a = 1, b = [a];",
        "for (const x of xs) { if (x) continue; go(x); }",
        "/* only a comment */",
        "throw new Error('no');",
        "go()",
    ]
)


@st.composite
def servers(draw: st.DrawFn) -> bytes:
    """Own code in the shape of getServer, with any names, statements, comments and white space."""

    def gap() -> str:
        return draw(gaps)

    name = draw(names)
    body = "".join(
        gap() + statement + ("\n" if not statement.endswith("}") else "")
        for statement in draw(st.lists(statements, max_size=4))
    )
    before = draw(st.sampled_from(["", "setTimeout(warm, 10);"]))
    end = draw(st.sampled_from([";", "\n"]))
    text = (
        f"{gap()}class A {{{gap()}async getServer(){gap()}{{{gap()}if{gap()}({gap()}!this.slot{gap()}){gap()}{{{before}"
        f"{gap()}this.slot{gap()}={gap()}this.load(){gap()}.then(async{' '}({name}){gap()}=>{' '}{{{body}{gap()}"
        f"return this.server{end}}}){end}}}{gap()}return this.slot{end}}} other() {{ return 'é'; }} }}{gap()}"
    )
    if draw(st.booleans()):
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return text.encode()


@settings(deadline=None, max_examples=150)
@given(source=servers(), style=st.sampled_from(STYLES))
def test_a_rewrite_is_sound_and_a_second_one_changes_nothing(source: bytes, style: str) -> None:
    tree = parse(source)
    if any(errors(tree.root_node)):
        return
    result = examine(RULE, RELEASE, source, tree, style)
    assert result.verdict is Verdict.AFFECTED, (source, result.reason)

    new = apply_edits(source, result.edits)

    assert unsound([RULE], RELEASE, source, result.edits, new, style) == "", new.decode()
    assert examine(RULE, RELEASE, new, parse(new), style).edits == ()


@settings(deadline=None, max_examples=100)
@given(source=servers(), style=st.sampled_from(STYLES))
def test_every_comment_of_the_original_is_in_the_result(source: bytes, style: str) -> None:
    result = examine(RULE, RELEASE, source, parse(source), style)
    new = apply_edits(source, result.edits)

    for comment in (b"/* c */", b"// c", b"/* only a comment */"):
        assert new.count(comment) == source.count(comment), (source, new)
