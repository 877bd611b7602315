"""What is a promise and what a value, where the source does not say it in one word."""

import pytest

from tests.analysis.test_file import ASYNC, found

MEMO = "\nconst kept = {}\nexports.read = (path) => { if (!kept[path]) kept[path] = READ(path); return kept[path] }"
PROMISES = {
    "import { promises as disk } from 'fs'": "disk.readFile",
    "import disk from 'node:fs/promises'": "disk.readFile",
    "import * as disk from 'fs/promises'": "disk.readFile",
    "import { promises } from 'fs'\nconst { readFile } = promises": "readFile",
    "const { promises: disk } = require('fs')": "disk.readFile",
    "const disk = require('fs').promises": "disk.readFile",
    "const disk_1 = __importDefault(require('fs/promises'))": "disk_1.default.readFile",
    "const disk_1 = __toESM(require('fs'), 1)": "disk_1.default.promises.readFile",
    "const disk_1 = require('fs')\nconst { readFile } = disk_1.promises": "readFile",
}


@pytest.mark.parametrize("imported", PROMISES)
def test_the_functions_of_fs_promises_return_promises_by_any_name(imported: str) -> None:
    assert [slot for _, slot, _ in found(imported + MEMO.replace("READ", PROMISES[imported]))] == ["kept[…]"]


def test_the_functions_of_fs_are_not_known_to_return_promises() -> None:
    assert found("import disk from 'fs'" + MEMO.replace("READ", "disk.readFileSync")) == []


@pytest.mark.parametrize(
    "make",
    [
        "const disk = promisifyAll(require('fs')); const make = () => disk.readFileAsync('a')",
        "import { openAsBlob } from 'fs'; const make = () => openAsBlob('a')",
        "import { subtle } from 'crypto'; const make = () => subtle.digest('SHA-256', data)",
    ],
)
def test_what_gives_promises_of_a_module_of_values_is_one_where_it_is_awaited(make: str) -> None:
    name = make.partition("make = () => ")[2]
    source = f"{make}\nlet p\nexport const get = async () => {{ p ??= {name}; return await p }}"

    assert [slot for _, slot, _ in found(source)] == ["p"]


@pytest.mark.parametrize("given", ["await (0, x.make)(k).catch(() => 1)", "await (await make(k)).json()"])
def test_what_is_awaited_in_parentheses_is_a_value(given: str) -> None:
    source = (
        "const m = new Map()\nexports.f = async (k) => { if (!m.has(k)) m.set(k, VALUE); return m.get(k) }"
    )

    assert found(source.replace("VALUE", given)) == []
    assert [slot for _, slot, _ in found(ASYNC + source.replace("VALUE", "load(k)"))] == ["m[…]"]


def test_a_slot_that_is_awaited_in_parentheses_holds_a_promise() -> None:
    source = "import { make } from 'x'\nlet p\n"
    source += "export const f = async (k) => { p ??= make(k); return await (p).then(String) }"

    assert [slot for _, slot, _ in found(source)] == ["p"]


def test_a_slot_emptied_after_an_await_in_parentheses_is_let_go() -> None:
    source = "let p\nexports.f = async () => { p ??= load(); const v = await (0, x.use)(p); RESET return v }"

    assert found(ASYNC + source.replace("RESET", "p = null;")) == []
    assert [slot for _, slot, _ in found(ASYNC + source.replace("RESET", ""))] == ["p"]
