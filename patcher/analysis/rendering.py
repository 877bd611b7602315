"""What of a Vue or Svelte component a server runs: it renders it, and calls no handler and no hook of the page.

The body of a setup runs for each rendering, and what that calls; functions that are only given to a template or to a
hook of the mounted component run in a browser. A function that nothing in the file calls while it renders may be called
by the template: what it keeps is in doubt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from patcher.analysis.detect.site_parts import called_at, site
from patcher.analysis.detect.slot_families import Judged
from patcher.analysis.doubt import SURE, Doubt
from patcher.analysis.facts.calls import calls_by_name
from patcher.analysis.facts.code import Code, contains, field
from patcher.analysis.facts.laziness import running_function
from patcher.analysis.facts.scopes import function_name, is_module
from patcher.analysis.site import Site
from patcher.syntax.node_kinds import FUNCTIONS
from patcher.syntax.tree import Node

Spans = Sequence[tuple[int, int]]

# Hooks whose callbacks a server never calls: there is no page, and nothing changes after the first rendering.
_OF_A_PAGE = frozenset(
    b"onMounted onBeforeMount onUpdated onBeforeUpdate onUnmounted onBeforeUnmount onActivated onDeactivated"
    b" onNuxtReady onMount beforeUpdate afterUpdate useEventListener addEventListener tryOnMounted tryOnUnmounted watch"
    b" $watch $effect requestAnimationFrame mounted beforeMount updated unmounted beforeDestroy destroyed beforeUnmount"
    b" activated".split()
)
# What calls its argument while a server renders.
_WHILE_RENDERING = frozenset(
    b"useAsyncData useLazyAsyncData useFetch useLazyFetch callOnce onServerPrefetch serverPrefetch useState computed"
    b" watchEffect runWithContext then catch finally".split()
)
# Members of the options of a component that a server calls.
_OPTIONS = frozenset(b"setup data created beforeCreate serverPrefetch asyncData fetch".split())
_ONLY_A_BROWSER = (
    b"import.meta.client",
    b"import.meta.browser",
    b"process.client",
    b"process.browser",
    b"typeof window",
    b"typeof document",
    b"import.meta.server",
    b"import.meta.env.SSR",
    b"process.server",
    b"isClient",
    b"browser",
    b"BROWSER",
)
_CHOICES = frozenset({"if_statement", "ternary_expression", "binary_expression"})
_DEEPEST = 4
_DOUBT = "does a server call `{}` while it renders the component, or only a browser?"


def while_rendering(code: Code, sites: Sequence[Site], rendered: Spans) -> Iterator[Site]:
    """Those of the `sites` of a component that a server may leave behind, with their doubts.

    Args:
        code: the scripts of the component, whole.
        sites: what the analysis found in them.
        rendered: where the code stands that runs for each rendering; see `patcher.syntax.components`.
    """
    for found in sites:
        node = code.at(found.offset, found.offset + 1)
        if node is None or _of_a_page(code, node):
            continue
        function = running_function(code, node)
        name = found.function or _name(code, function)
        if not name and any(start <= found.offset < end for start, end in rendered):
            name = "setup"
        sure = is_module(code, function) or _renders(code, function, rendered, 0)
        doubt = SURE if sure else Doubt(_DOUBT.format(name or "this"))
        yield replace(found, function=name, doubt=found.doubt or doubt)


def rendered_intervals(code: Code, places: Sequence[int], rendered: Spans) -> Iterator[Judged]:
    """The intervals, of the timers at `places`, that each rendering starts and that only a hook of the page stops.

    A server calls no such hook: Vue's own documentation warns of it. Svelte's `onDestroy` it does call.
    """
    stops = [stop for stop in code.words(b"clearInterval") if not _of_a_page(code, stop)]
    for place in () if stops else places:
        call = called_at(code, place)
        if (
            call is None
            or call.type != "call_expression"
            or code.text(field(call, "function")) != b"setInterval"
        ):
            continue
        if not _of_a_page(code, call) and _renders(code, running_function(code, call), rendered, 0):
            yield site(code, "request-interval", call, "setInterval")


def _name(code: Code, function: Node | None) -> str:
    return function_name(code, function).decode("utf-8", "replace")


def _of_a_page(code: Code, node: Node) -> bool:
    """Whether `node` runs in a browser only: in a hook of the mounted component, or where a condition asks for one."""
    for above in code.ancestors(node):
        if above.type in FUNCTIONS and (
            function_name(code, above) in _OF_A_PAGE or _given_to(code, above) in _OF_A_PAGE
        ):
            return True
        if above.type in _CHOICES:
            asked = field(above, "condition") or field(above, "left")
            text = code.text(asked)
            if (
                asked is not None
                and not contains(asked, node)
                and any(word in text for word in _ONLY_A_BROWSER)
            ):
                return True
    return False


def _given_to(code: Code, function: Node) -> bytes:
    """The name of what `function` is an argument of; empty when it is none."""
    held = code.parent(function)
    call = code.parent(held) if held is not None and held.type == "arguments" else None
    callee = field(call, "function") if call is not None else None
    if callee is None:
        return b""
    return code.text(field(callee, "property") if callee.type == "member_expression" else callee)


def _renders(code: Code, function: Node | None, rendered: Spans, depth: int) -> bool:
    """Whether rendering the component calls `function`."""
    if function is None or depth > _DEEPEST:
        return False
    if any(function.start_byte < start and end <= function.end_byte for start, end in rendered):
        return True
    if _given_to(code, function) in _WHILE_RENDERING:
        return _renders(code, running_function(code, code.parent(function) or function), rendered, depth + 1)
    name = function_name(code, function)
    if function.type == "method_definition" or ((above := code.parent(function)) and above.type == "pair"):
        return name in _OPTIONS
    return any(
        not _of_a_page(code, call) and _renders(code, running_function(code, call), rendered, depth + 1)
        for call in calls_by_name(code, name, method=False)
        if not contains(function, call)
    )
