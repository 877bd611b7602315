"""The scripts of components, read in place."""

import pytest

from patcher.syntax.components import Script, script_of
from patcher.syntax.tree import Dialect, parse


def read(source: str, path: str = "a.vue") -> Script:
    """The script of a component; whatever it holds, each byte stays where it was, and lines too."""
    raw = source.encode()
    script = script_of(path, raw)
    assert len(script.source) == len(raw)
    assert [i for i, byte in enumerate(raw) if byte == 10] == [
        i for i, byte in enumerate(script.source) if byte == 10
    ]
    return script


def test_a_file_that_is_no_component_is_its_own_script() -> None:
    assert script_of("a.ts", b"let a") == Script(b"let a", Dialect.TYPESCRIPT)


def test_markup_and_styles_become_blank_and_code_stays_where_it_is() -> None:
    source = (
        "<template><p>é & let</p></template>\n<script>\nlet p = f()\n</script>\n<style>a { b: c }</style>\n"
    )
    script = read(source)
    assert script.source.split() == [b"let", b"p", b"=", b"f()"]
    assert script.source.index(b"let") == source.encode().index(b"let p")
    assert script.rendered == ()


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("<script setup>\nlet p\n</script>", "a.vue"),
        ("<script lang='ts' setup generic=\"T extends Map<string, A>\">\nlet p: T\n</script>", "a.vue"),
        ("<script>\nlet p\n</script>", "a.svelte"),
        ("<script lang=ts>\nimport type { A } from './a'\nlet p: A\n</script>", "a.svelte"),
        ("<script setup>\nlet p = await f()\n</script>", "a.vue"),
    ],
)
def test_what_each_rendering_runs_is_the_body_of_a_function_and_parses(source: str, path: str) -> None:
    script = read(source, path)
    ((start, end),) = script.rendered
    assert source.encode()[start:end].strip().endswith((b"let p", b": T", b": A", b"f()"))
    root = parse(script.source, script.dialect).root_node
    assert not root.has_error
    assert b"req=>{" in script.source


def test_code_of_the_module_and_code_of_each_rendering_stand_side_by_side() -> None:
    script = read("<script module>\nlet a\n</script>\n<script>\nlet b\n</script>\n", "a.svelte")
    ((start, end),) = script.rendered
    assert b"let b" in script.source[start:end]
    assert b"let a" in script.source[:start]
    assert read("<script context='module'>\nlet a\n</script>", "a.svelte").rendered == ()


@pytest.mark.parametrize(
    ("opens", "dialect"),
    [
        ("<script>", Dialect.JAVASCRIPT),
        ('<script lang="ts">', Dialect.TYPESCRIPT),
        ("<script lang=tsx>", Dialect.TSX),
        ("<script lang='jsx'>", Dialect.JAVASCRIPT),
    ],
)
def test_the_language_is_the_one_that_the_tag_names(opens: str, dialect: Dialect) -> None:
    assert read(f"{opens}let a</script>").dialect is dialect


@pytest.mark.parametrize(
    "source",
    [
        "<!-- <script>\nlet p\n</script> -->",
        '<script type="application/ld+json">\n{"a": 1}\n</script>',
        '<script src="./a.js"></script>',
        "<svelte:head><script>\nlet p\n</script></svelte:head>",
        "<script>\nlet p\n",
        "",
    ],
)
def test_what_is_not_a_script_of_the_component_is_blank(source: str) -> None:
    assert read(source, "a.svelte").source.strip() == b""


def test_a_script_after_a_comment_that_shows_one_is_read() -> None:
    script = read("<!-- <script>\nlet a\n</script> -->\n<script>\nlet b\n</script>\n")
    assert script.source.split() == [b"let", b"b"]
