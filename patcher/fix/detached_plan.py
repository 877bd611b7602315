"""The plan that leaves the shape of the code alone: what the slot keeps is made in the root."""

from patcher.analysis.facts.code import Code, once_a_file
from patcher.analysis.site import Site
from patcher.detached.memoizer import memoizer_edits
from patcher.detached.narrowing import check_types
from patcher.detached.own_root import Helper, check_own, root_of
from patcher.detached.site_wraps import wraps_at
from patcher.detached.still_kept import check_freed
from patcher.detached.unsafe import UnsafeError
from patcher.detached.wrap import Root, binds, runs_here, wrap_edits
from patcher.fix.slot_plan import Plan
from patcher.syntax.tree import Dialect, Node
from patcher.text.async_root import package_here_name, package_promise_name, package_root_name

_STORES = ("assignment_expression", "augmented_assignment_expression")


def plan_detached(
    code: Code, site: Site, dialect: Dialect, *, package: bool, helper: Helper | None = None
) -> Plan:
    """The edits that make what the slot of `site` keeps in the root.

    Args:
        code: the whole file.
        site: the site.
        dialect: the grammar of the file.
        package: whether the file is of an installed package, where no import may be added.
        helper: the module of the project that exports the root, if there is one.

    Raises:
        UnsafeError: with the reason, when anything could behave differently.
    """
    if not package:
        check_own(code)
    typed = dialect is not Dialect.JAVASCRIPT
    root = _package_root(code) if package else root_of(code, helper, typed=typed)
    node = _node(code, site)
    if node is None:
        raise UnsafeError("the store is written in a way that is not followed")
    if _is_memoizer(node, site):
        return Plan(tuple(memoizer_edits(code, node, root)), rooted=True)
    wraps = wraps_at(code, node, site.slot, site.family)
    check_freed(code, site.family, wraps)
    check_types(code, wraps, dialect)
    edits = tuple(edit for made in wraps for edit in wrap_edits(code, made, root))
    return Plan(edits, rooted=True, binds=any(map(binds, wraps)), here=any(map(runs_here, wraps)))


@once_a_file
def _package_root(code: Code) -> Root:
    source = code.source
    return Root(
        package_root_name(source), own=package_promise_name(source), here=package_here_name(source) + b"()"
    )


def _node(code: Code, site: Site) -> Node | None:
    node = code.at(site.offset, site.end)
    while node is not None and (node.start_byte, node.end_byte) == (site.offset, site.end):
        if node.type in (*_STORES, "call_expression", "new_expression", "variable_declarator"):
            return node
        node = node.named_children[0] if node.named_child_count == 1 else None
    return node


def _is_memoizer(node: Node, site: Site) -> bool:
    """Whether a site is a call that hands a function to a helper which remembers what it gives."""
    return site.family == "memoized-promise" and node.type == "call_expression"
