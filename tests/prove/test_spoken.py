"""What speaks of a survivor's place: a rule, a finding of check, or nothing."""

from patcher.prove.result import MeasuredPlace, MeasuredSlot, Measurement
from patcher.prove.spoken import UNKNOWN, counted, spoken
from patcher.prove.stage import Stage

SERVER = """const http = require('http');
class Cache {
  load() { return (this.ready ??= Promise.resolve(1)); }
}
const cache = new Cache();
let other;
http.createServer(async (req, res) => { await cache.load(); res.end(); }).listen(0);
"""


def said(slot: MeasuredSlot) -> tuple[str, tuple[MeasuredPlace, ...]]:
    """What is said of `slot`, whose places are below the folder of the copies."""
    with Stage() as stage:
        tree = stage.folder / "original" / "shop"
        tree.mkdir(parents=True)
        (tree / "server.js").write_text(SERVER)
        (tree / "package.json").write_text('{"name": "shop"}')
        copy = stage.folder / "all-rules" / "shop"
        placed = tuple(MeasuredPlace(str(copy / each.path), each.line, each.made) for each in slot.places)
        each = MeasuredSlot(slot.slot, slot.holder, 1, None, (), 0, slot.rule, places=placed)
        (measurement,) = spoken(stage, tree, [Measurement("all rules", {}, {}, 1, (each,), ())])
        return measurement.slots[0].said, measurement.slots[0].places


def slot(name: str, *places: MeasuredPlace, rule: str | None = None) -> MeasuredSlot:
    return MeasuredSlot(name, "Promise", 1, None, (), 0, rule, places=places)


def test_a_finding_of_the_same_file_and_slot_speaks_of_a_keeper_in_any_copy() -> None:
    words, places = said(slot("Cache.ready", MeasuredPlace("server.js", 2, made=False)))

    assert words == "kept-promise-field at server.js:3"
    assert places == (MeasuredPlace("server.js", 2, made=False),)


def test_a_finding_of_the_line_where_it_was_made_speaks_of_it_whatever_its_name() -> None:
    words, _ = said(slot("x.y", MeasuredPlace("server.js", 3, made=True)))

    assert words == "kept-promise-field at server.js:3"


def test_a_place_that_no_finding_is_of_is_said_to_be_unknown() -> None:
    assert said(slot("other in (shop/server.js)", MeasuredPlace("server.js", 6, made=True)))[0] == UNKNOWN
    assert said(slot("other", MeasuredPlace("../../outside.js", 1, made=True)))[0] == UNKNOWN
    assert said(slot("Cache.ready"))[0] == UNKNOWN


def test_a_rule_speaks_for_itself() -> None:
    assert said(slot("Cache.ready", rule="next/loadable"))[0] == "next/loadable"


def test_keepers_are_counted_once_by_what_knows_them() -> None:
    known = [
        MeasuredSlot("a", "Promise", 1, None, (), 0, "next/loadable", said="next/loadable"),
        MeasuredSlot("b", "Promise", 1, None, (), 0, None, said="kept-promise-field at a.js:1"),
        MeasuredSlot("c", "Promise", 1, None, (), 0, None, said=UNKNOWN),
        MeasuredSlot("c", "Promise", 1, None, (), 0, None, said=UNKNOWN),
    ]

    assert counted(known) == (
        "keepers: 3; known without running anything: 2 (1 by a rule, 1 by check); 1 that no rule knows"
    )
    assert counted([]) == ""
