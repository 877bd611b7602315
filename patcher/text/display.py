"""What a terminal or a report may be shown of text that came from a file."""

import re

# C0 and C1 controls except tab and newline, and the bidirectional overrides that can make source lie.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` with every control character, bidi override and lone surrogate as its escape (`\\x1b`).

    File names and source are untrusted: a raw escape sequence could rewrite what the terminal shows.
    """
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    """`printable` text on one line: newlines and tabs are escaped too."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")
