"""The sections of a patch, as git finds them."""

import pytest

from patcher.export.patch_parts import sections_of
from patcher.text.unified import unified

ONE = unified(b"a\n", b"b\n", "d/one.js")
TWO = unified(b"x", b"diff --git y", "two.js")


def found(patch: bytes) -> list[tuple[set[str], bytes, bool]]:
    sections = list(sections_of(patch))
    assert all(patch[section.start : section.end] == section.text for section in sections)
    return [(set(section.names), section.text, section.plain) for section in sections]


def test_text_before_between_and_after_belongs_to_no_section() -> None:
    patch = b"# a note\n" + ONE + b"\nanother note\n-- \n2.43.0\n" + TWO + b"# the end\n"

    assert found(patch) == [({"d/one.js"}, ONE, True), ({"two.js"}, TWO, True)]


def test_a_patch_without_the_lines_of_git_has_sections_too() -> None:
    plain = b"--- a/one.js\t2024-01-01\n+++ b/one.js\t2024-01-02\n@@ -1 +1 @@\n-a\n+b\n"

    assert found(b"hello\n" + plain + plain) == [({"one.js"}, plain, True), ({"one.js"}, plain, True)]


@pytest.mark.parametrize(
    ("text", "names", "plain"),
    [
        (b"diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n", {"x", "y"}, False),
        (b"diff --git a/x b/x\nold mode 100644\nnew mode 100755\n", {"x"}, True),
        (
            b'diff --git "a/\\303\\274.js" "b/\\303\\274.js"\nold mode 100644\nnew mode 100755\n',
            {"ü.js"},
            True,
        ),
        (
            b'diff --git "a/\\303\\274.js" "b/\\303\\274.js"\n--- "a/\\303\\274.js"\n+++ "b/\\303\\274.js"\n'
            b"@@ -1 +1 @@\n-a\n+b\n",
            {"ü.js"},
            True,
        ),
        (
            b"diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+a\n+b\n",
            {"n"},
            True,
        ),
        (
            b"diff --git a/i.png b/i.png\nindex 1..2 100644\nGIT binary patch\nliteral 3\nKcmZQzU|@Y\n\n",
            {"i.png"},
            False,
        ),
        (
            b"diff --git a/c b/c\n--- a/c\n+++ b/c\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n",
            {"c"},
            True,
        ),
        (b"--- a/w\r\n+++ b/w\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n", {"w"}, True),
        (b"--- a/e\n+++ b/e\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c", {"e"}, True),
    ],
)
def test_each_kind_of_section_ends_where_it_ends(text: bytes, names: set[str], plain: bool) -> None:
    end = b"# text\n" if text.endswith(b"\n") else b""

    assert found(text + end) == [(names, text, plain)]


@pytest.mark.parametrize(
    "text", [b"", b"no patch\n", b"--- a\n", b"{}", b"--- a/x\n+++ b/x\n", b"@@ -1 +1 @@\n-a\n+b\n"]
)
def test_what_is_not_a_patch_has_no_sections(text: bytes) -> None:
    assert found(text) == []
