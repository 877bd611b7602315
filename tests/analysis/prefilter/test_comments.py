"""What is seen on bytes to stand in a comment."""

import pytest

from patcher.analysis.prefilter.comments import outside_comments


@pytest.mark.parametrize(
    ("source", "inside"),
    [
        ("// go(here)", True),
        ("a()\n  // go(here)", True),
        ("/* go(here) */", True),
        ("/**\n * text\n *   go(here)\n */", True),
        ("go(here)", False),
        ("/* text */ go(here)", False),
        ("/**\n * text\n */\nclass A {\n  *all() { go(here) }\n}", False),
        ("const files = 'src/**/*.js'\nclass A {\n  all() { go(here) }\n}", False),
        ("const size = 2\n  * go(here)", False),
        ("x" * 1000 + "// go(here)", False),
        ("app.get('/*', go)\nclass A {\n  *all() { go(here) }\n}", False),
        ("// text\rgo(here)", False),
    ],
)
def test_a_place_in_a_comment_that_begins_its_line_is_passed_over(source: str, *, inside: bool) -> None:
    place = source.index("here")
    assert outside_comments(source.encode(), [place]) == ([] if inside else [place])
