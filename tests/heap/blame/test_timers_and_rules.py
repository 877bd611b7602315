"""A rule that rewrites what a timer's callback sees is the rule of the timer, too."""

from pathlib import Path

from patcher.heap import count
from patcher.heap.blame.known_slots import KnownSlots
from patcher.rule import HeldSlot
from tests.heap.programs import heap_of

SESSIONS = """
function report(scope) {
  setTimeout(() => { scope.ended = true; }, 1e6);
}
inside("/a", (request) => report({ request }));
"""


def rules_of_timers(folder: Path, node: str, variable: str) -> list[str | None]:
    known = KnownSlots((("a/session-timer", HeldSlot("(app/user.cjs)", (variable,))),))
    groups = count(heap_of(node, SESSIONS, folder), known=known).groups
    return [group.rule for group in groups if group.slot.startswith("(a live timer")]


def test_the_rule_for_a_variable_of_the_callback_is_the_rule_of_its_live_timer(
    tmp_path: Path, node: str
) -> None:
    assert rules_of_timers(tmp_path, node, "scope") == ["a/session-timer"]


def test_the_rule_for_another_variable_of_the_file_is_not(tmp_path: Path, node: str) -> None:
    assert rules_of_timers(tmp_path, node, "cachedScope") == [None]
