"""How each page of the experiment is asked for."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patcher.errors import NextfixError
from patcher.prove.asks import ACTION_PAGE, ACTIONS, FURTHER, IMAGE, asks_of, numbered, page_of
from patcher.prove.spec import APP_ROUTER_PAGES, PAGES


@given(st.sampled_from([*PAGES, *APP_ROUTER_PAGES, *FURTHER]), st.integers(0, 10_000))
def test_the_page_of_a_numbered_url_is_the_one_that_was_numbered(page: str, number: int) -> None:
    assert page_of(numbered(page, number)) == page


def test_a_page_with_a_query_of_its_own_gets_the_number_behind_it() -> None:
    assert numbered(IMAGE, 3) == f"{IMAGE}&i=3"


def test_a_server_action_is_called_by_the_name_that_the_build_gave_it(tmp_path: Path) -> None:
    (tmp_path / ACTIONS).parent.mkdir(parents=True)
    (tmp_path / ACTIONS).write_text(json.dumps({"node": {"7f0a": {"workers": {}}}, "edge": {}}))

    ask = asks_of(["/demo", ACTION_PAGE], tmp_path)[ACTION_PAGE]

    assert (ask.method, ask.headers["Next-Action"], ask.body) == ("POST", "7f0a", b"[]")


@pytest.mark.parametrize("content", ["{}", "[]", '{"node": {}}'])
def test_a_build_without_an_action_is_an_error_that_names_the_file(tmp_path: Path, content: str) -> None:
    (tmp_path / ACTIONS).parent.mkdir(parents=True)
    (tmp_path / ACTIONS).write_text(content)

    with pytest.raises(NextfixError, match="names no server action") as raised:
        asks_of([ACTION_PAGE], tmp_path)
    assert raised.value.path == tmp_path / ACTIONS


def test_a_page_that_needs_no_more_than_a_get_needs_no_build(tmp_path: Path) -> None:
    assert asks_of(PAGES, tmp_path) == {}
