"""Modules of bundles are left out whole, and the rest stays a program."""

from hypothesis import given
from hypothesis import strategies as st

from patcher.analysis.prefilter.bundles import with_modules
from patcher.syntax.tree import Dialect, errors, parse

WEBPACK = b"(()=>{var m={%b};function load(i){return m[i]}load(%d)})();"
MODULES = (
    b"(e,t,r)=>{let p;t.get=()=>p??=r(2).then(x=>x)}",
    b'function(e){e.exports={a:function(){return"}"}}}',
    b"e=>{var t={7:(e)=>{e.exports=1},8:e=>{e.exports=2}};e.exports=t}",
    b"(e,t)=>{t.text=`}${1}{`}",
)


def bundle(modules: list[bytes]) -> bytes:
    entries = b",".join(b"%d:%b" % (number, module) for number, module in enumerate(modules, 1))
    return WEBPACK % (entries, len(modules))


def left(source: bytes, places: list[int]) -> bytes:
    return b"".join(source[start:end] for start, end in with_modules(source, places))


def parses(source: bytes) -> bool:
    return not any(errors(parse(source, Dialect.JAVASCRIPT).root_node))


def test_only_the_module_of_a_store_is_left_and_what_stands_around_all() -> None:
    source = bundle([b"e=>{e.exports=1}", MODULES[0], b"e=>{e.exports=3}", b"e=>{e.exports=4}"])

    result = left(source, [source.index(b"??=") + 2])

    assert (
        result
        == b"(()=>{var m={2:%b,4:e=>{e.exports=4}};function load(i){return m[i]}load(4)})();" % MODULES[0]
    )


def test_a_bundle_within_a_module_is_cut_too() -> None:
    inner = b"e=>{var t={7:(e)=>{e.exports=1},8:e=>{let p;e.get=()=>p??=f()},9:e=>{}};e.exports=t}"
    source = bundle([MODULES[1], inner, MODULES[1], MODULES[1]])

    result = left(source, [source.index(b"??=") + 2])

    assert b"7:(e)" not in result
    assert b"8:e=>{let p;" in result
    assert parses(result)


def test_a_browserify_bundle_is_cut_between_its_modules() -> None:
    source = (
        b"(function f(m){})({1:[function(require,module,exports){\nexports.a=1\n},{}],"
        b'2:[function(require,module,exports){\nlet p\nexports.b=()=>p??=f()\n},{"./a":1}],'
        b"3:[function(require,module,exports){\nexports.c=1\n},{}]},{},[3])"
    )

    result = left(source, [source.index(b"??=") + 2])

    assert b"exports.a" not in result
    assert b"exports.b" in result
    assert parses(result)


def test_methods_under_quoted_names_are_no_modules() -> None:
    source = b'x={"for":function(){return 1},"return":function(){return 2},"in":function(){return 3}};y=f().then(g)'

    assert left(source, [source.index(b"y=") + 1]) == source


@given(st.lists(st.sampled_from(MODULES), min_size=1, max_size=9), st.data())
def test_what_is_left_of_a_bundle_parses_and_holds_every_store(
    modules: list[bytes], data: st.DataObject
) -> None:
    source = bundle(modules)
    stores = [at for at in range(len(source)) if source.startswith(b"??=", at)]
    places = sorted(data.draw(st.sets(st.sampled_from(stores)))) if stores else []

    pieces = with_modules(source, places)

    assert all(any(start <= place < end for start, end in pieces) for place in places)
    assert pieces == sorted(pieces)
    assert parses(left(source, places))
