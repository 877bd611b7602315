"""What a server that renders a component keeps of the request, and what of the component only a browser runs."""

import shutil

import pytest

from patcher.analysis.doubt import SURE
from patcher.analysis.file import examine
from patcher.analysis.site import Site
from patcher.syntax.components import script_of
from tests.rules.test_families import keeps_the_request

NODE = shutil.which("node")


def sites(source: str, path: str = "a.vue") -> list[Site]:
    script = script_of(path, source.encode())
    return examine(script.source, script.dialect, rendered=script.rendered).sites


def setup(code: str) -> str:
    return f"<script setup>\n{code}\n</script>\n<template><p>x</p></template>\n"


STARTS = "setInterval(() => {}, 1000)"
KEEPS = {
    "an interval that setup starts": STARTS,
    "an interval that only a hook of the page stops": f"const t = {STARTS}\nonUnmounted(() => clearInterval(t))",
    "an interval of a function that setup calls": f"function run() {{ {STARTS} }}\nrun()",
}
FREES = {
    "an interval of the mounted page": f"onMounted(() => {{ {STARTS} }})",
    "an interval that setup stops": f"const t = {STARTS}\nclearInterval(t)",
    "a handler that no rendering calls": f"function click() {{ {STARTS} }}",
    "a memo of one rendering": "let p\nconst get = () => (p ??= work())\nget()",
}


@pytest.mark.parametrize("code", KEEPS.values(), ids=KEEPS.keys())
def test_an_interval_that_rendering_starts_is_an_error_in_setup(code: str) -> None:
    (found,) = sites(setup(code))
    assert (found.family, found.doubt) == ("request-interval", SURE)
    assert found.line == next(i for i, line in enumerate(setup(code).split("\n"), 1) if "setInterval" in line)


@pytest.mark.parametrize("code", FREES.values(), ids=FREES.keys())
def test_what_a_server_does_not_run_or_stops_is_not_reported(code: str) -> None:
    assert [found for found in sites(setup(code)) if not found.doubt] == []


@pytest.mark.skipif(NODE is None, reason="no node on PATH: the examples cannot be run")
@pytest.mark.parametrize(
    ("code", "kept"), [*((c, True) for c in KEEPS.values()), *((c, False) for c in FREES.values())]
)
def test_node_keeps_the_request_where_that_is_said(code: str, kept: bool) -> None:
    # The hooks do what Vue's do in a server: nothing.
    hooks = "const onMounted = () => {}, onUnmounted = () => {};"
    assert keeps_the_request(f"exports.handle = async (work) => {{ {hooks} {code} }}") is kept


def test_an_interval_that_svelte_stops_on_the_server_too_is_none_and_one_in_its_effect_never_starts() -> None:
    stopped = f"<script>\nconst t = {STARTS}\nonDestroy(() => clearInterval(t))\n</script>"
    assert sites(stopped, "a.svelte") == []
    assert sites(f"<script>\n$effect(() => {{ {STARTS} }})\n</script>", "a.svelte") == []


MEMO = "let p\nexport const get = () => {\n  p ??= fetch('/x').then((r) => r.json())\n  return p\n}"


def test_a_memo_of_the_module_that_rendering_calls_is_sure_and_one_that_perhaps_a_handler_calls_is_in_doubt() -> (
    None
):
    module = f"<script>\n{MEMO}\n</script>\n"
    (called,) = sites(module + "<script setup>\nawait useAsyncData('x', () => get())\n</script>")
    assert (called.family, called.line, called.doubt) == ("kept-promise-module", 4, SURE)
    (perhaps,) = sites(module + "<script setup>\nonMounted(() => get())\n</script>")
    assert "does a server call `get`" in perhaps.doubt.text


@pytest.mark.parametrize(
    ("option", "count"), [("created", 1), ("mounted", 0), ("beforeCreate", 1), ("updated", 0)]
)
def test_of_the_options_of_a_component_a_server_calls_those_before_it_is_mounted(
    option: str, count: int
) -> None:
    code = f"<script>\nexport default {{ {option}() {{ {STARTS} }} }}\n</script>"
    assert len(sites(code)) == count


@pytest.mark.parametrize("asked", ["import.meta.client", "process.client", "typeof window !== 'undefined'"])
def test_a_condition_that_asks_for_a_browser_is_believed(asked: str) -> None:
    assert sites(setup(f"if ({asked}) {STARTS}")) == []
