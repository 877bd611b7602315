"""Untrusted text on a terminal."""

from hypothesis import given
from hypothesis import strategies as st

from patcher.text.display import one_line, printable


def test_escape_sequences_and_bidi_overrides_are_shown_not_obeyed() -> None:
    assert printable("a\x1b[2Jb\u202ec\x07\n\td") == "a\\x1b[2Jb\\u202ec\\x07\n\td"


def test_a_name_with_a_line_break_stays_on_one_line() -> None:
    assert one_line("a\nb\tc") == "a\\nb\\tc"


@given(st.text())
def test_no_control_character_is_ever_printed(text: str) -> None:
    shown = one_line(text)

    assert all(character >= " " and not "\x7f" <= character <= "\x9f" for character in shown)
