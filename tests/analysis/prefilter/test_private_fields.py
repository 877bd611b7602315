"""Compiled private fields, read as fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patcher.analysis.file import analyse
from patcher.analysis.prefilter.private_fields import plain_fields

LOAD = "async function load() { return 1 }\n"
KEPT = {
    "TypeScript": """class A { f() {
        if (!__classPrivateFieldGet(this, _A_p, "f")) __classPrivateFieldSet(this, _A_p, load(), "f");
        return __classPrivateFieldGet(this, _A_p, "f") } }""",
    "tslib": """class A { f() {
        if (!tslib_1.__classPrivateFieldGet(this, _A_p, "f"))
            (0, tslib_1.__classPrivateFieldSet)(this, _A_p, load(), "f");
        return tslib_1.__classPrivateFieldGet(this, _A_p, "f") } }""",
    "Babel": """class A { f() {
        if (!_classPrivateFieldGet(_A_p, this)) _classPrivateFieldSet(_A_p, this, load());
        return _classPrivateFieldGet(_A_p, this) } }""",
}
FREED = """class A { f() {
    if (!__classPrivateFieldGet(this, _A_p, "f"))
        __classPrivateFieldSet(this, _A_p, load().finally(() => {
            __classPrivateFieldSet(this, _A_p, undefined, "f") }), "f");
    return __classPrivateFieldGet(this, _A_p, "f") } }"""


@pytest.mark.parametrize("compiler", KEPT)
def test_a_promise_kept_in_a_compiled_private_field_is_found(compiler: str) -> None:
    assert [(site.family, site.slot) for site in analyse((LOAD + KEPT[compiler]).encode())] == [
        ("kept-promise-field", "this._A_p")
    ]


def test_one_that_is_emptied_when_it_settles_is_not() -> None:
    assert analyse((LOAD + FREED).encode()) == []


@given(
    st.lists(
        st.sampled_from(
            [
                b'__classPrivateFieldGet(this, _A_p, "f")',
                b"__classPrivateFieldSet(this, _A_p, ",
                b', "f")',
                b"_classPrivateFieldSet(_p, _this2, ",
                b"(",
                b")",
                b"x\n",
            ]
        )
    )
)
def test_whatever_the_code_every_line_and_offset_stays(parts: list[bytes]) -> None:
    source = b" ".join(parts)

    plain = plain_fields(source)

    assert len(plain) == len(source)
    assert [i for i, byte in enumerate(plain) if byte == 10] == [
        i for i, byte in enumerate(source) if byte == 10
    ]
