"""Memoizing helpers that are given functions that return promises."""

import pytest

from patcher.analysis.file import analyse

KEPT = [
    'import memoize from "p-memoize"\nexport const user = memoize(async (id) => load(id))',
    'import { once } from "lodash"\nexport const user = once(async () => load())',
    "const _ = require('lodash')\nasync function load() {}\nexports.user = _.once(load)",
    "const memoizee = require('memoizee')\nmodule.exports = { user: memoizee((id) => fetch(id), { promise: true }) }",
    'import pMemoize from "p-memoize"\nclass A { user = pMemoize(async () => 1) }\nexport const a = new A()',
    'import mem from "lodash/memoize"\nimport memoize from "x"\nexport default memoize(async (id) => id)',
]
FREE = [
    'import { once } from "events"\nexport const ready = once(emitter, "ready")',
    'emitter.once("x", async () => {})',
    "const client = make()\nclient.once(async () => {})",
    'import memoize from "x"\nexport const area = memoize((a, b) => a * b)',
    'import memoize from "x"\nexport function handle(req) { const get = memoize(async () => 1); return get() }',
    'import { cache } from "react"\nexport const user = cache(async (id) => load(id))',
]


@pytest.mark.parametrize("source", KEPT)
def test_an_async_function_that_is_memoized_at_load_is_found(source: str) -> None:
    assert [site.family for site in analyse(source.encode())][:1] == ["memoized-promise"]


@pytest.mark.parametrize("source", FREE)
def test_listeners_values_and_what_lives_as_long_as_a_call_are_not(source: str) -> None:
    assert analyse(source.encode()) == []
