"""The same code in another layout and with other names: the rules must not notice, and apply must not lose a byte."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patcher.copies.apply import CopyOutcome, apply_all
from patcher.copies.request import Request
from patcher.copies.revert import revert_all
from patcher.model import Verdict
from patcher.rule import STYLES
from patcher.syntax.tree import errors, parse
from tests.fuzz.finding import MEMORY
from tests.fuzz.flood import NIGHTLY
from tests.fuzz.laws import RELEASES, judged
from tests.fuzz.mutate import tokens_of
from tests.fuzz.seeds import SEEDS
from tests.synthetic import FILES, make_project

LAWS = settings(max_examples=5_000 if NIGHTLY else 60, deadline=None, suppress_health_check=list(HealthCheck))
ON_DISK = settings(LAWS, max_examples=1_000 if NIGHTLY else 20)

# Names of our seeds that nothing fixes, and names for them that no rule and no language has.
LOCAL = (
    b"server",
    b"conf",
    b"loader",
    b"loaded",
    b"err",
    b"deferred",
    b"options",
    b"pending",
    b"entries",
    b"S",
    b"e",
)
NAME = st.from_regex(r"[a-zA-Z_$][a-zA-Z0-9_$]{0,3}Q", fullmatch=True)


@st.composite
def layouts(draw: st.DrawFn, source: bytes) -> bytes:
    """`source` with other white space, comments, line endings, and sometimes a BOM or no last newline.

    A line break stays one and a space stays one, so the code means the same with and without semicolons.
    """
    spaces = st.sampled_from((b" ", b"  ", b"\t", b" /* , */ ", b"/**/ "))
    breaks = st.sampled_from(
        (b"\n", b"\n\n", b"\n\t", b"\n      ", b" // then(() => {\n", b"\n/* $SLOT */\n")
    )
    parts = []
    for token in tokens_of(source):
        if token.isspace():
            token = draw(breaks) if b"\n" in token else draw(spaces)
        parts.append(token)
    text = b"".join(parts)
    if draw(st.booleans()):
        text = text.replace(b"\n", b"\r\n")
    if draw(st.booleans()):
        text = text.rstrip()
    return b"\xef\xbb\xbf" + text if draw(st.booleans()) else text


@st.composite
def renamed(draw: st.DrawFn, source: bytes) -> bytes:
    """`source` with its local names replaced, each by one of its own."""
    names = draw(st.lists(NAME, min_size=len(LOCAL), max_size=len(LOCAL), unique=True))
    new = dict(zip(LOCAL, (name.encode() for name in names), strict=True))
    tokens = tokens_of(source)
    fixed = {tokens[at + 1] for at, token in enumerate(tokens[:-1]) if token == b"."}
    return b"".join(new.get(token, token) if token not in fixed else token for token in tokens)


def affected(source: bytes, style: str) -> list[tuple[str, str, int]]:
    """Where `source` is affected: release, rule and the number of sites."""
    return [
        (release, result.rule.id, len(result.sites))
        for release in RELEASES
        for result in judged(source, style, release)
        if result.verdict is Verdict.AFFECTED
    ]


@pytest.mark.timeout(14_400)
@LAWS
@given(st.data(), st.sampled_from(SEEDS), st.sampled_from(STYLES))
def test_layout_comments_and_line_endings_change_no_verdict(
    tried: Callable[..., None], data: st.DataObject, seed: bytes, style: str
) -> None:
    tried("layouts")
    source = data.draw(layouts(seed))

    assert not any(errors(parse(source).root_node)), source
    assert affected(source, style) == affected(seed, style)


@pytest.mark.timeout(14_400)
@LAWS
@given(st.data(), st.sampled_from(SEEDS), st.sampled_from(STYLES))
def test_local_names_change_no_verdict(
    tried: Callable[..., None], data: st.DataObject, seed: bytes, style: str
) -> None:
    tried("names")
    assert affected(data.draw(renamed(seed)), style) == affected(seed, style)


@pytest.mark.timeout(14_400)
@ON_DISK
@given(st.data(), st.sampled_from(STYLES))
def test_apply_then_apply_changes_nothing_and_revert_is_the_identity(
    tried: Callable[..., None], data: st.DataObject, style: str
) -> None:
    tried("apply, apply again, revert")
    files = {path: data.draw(layouts(text.encode())) for path, text in FILES.items()}
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        root = Path(folder)
        copy = make_project(root)
        for path, source in files.items():
            (copy / path).write_bytes(source)
        for expected in (CopyOutcome.REWRITTEN, CopyOutcome.UNCHANGED):
            (outcome,) = apply_all(Request(root, style), dry_run=False)[0]
            assert outcome.done is expected, outcome.reason
        assert all((copy / path).read_bytes() != source for path, source in files.items())
        (undone,) = revert_all(root)[0]
        assert undone.error is None
        assert {path: (copy / path).read_bytes() for path in files} == files
        assert not (root / "node_modules/.nextfix").exists()
