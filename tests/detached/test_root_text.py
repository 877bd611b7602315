"""Where the root stands in a file: after what begins it, without moving a line of a package."""

import pytest

from tests.fix.fixing import fixed

MEMO = "let p\nexports.f = () => (p ??= load())\nasync function load() { return 1 }\n"
MODULE = "let p\nexport const f = () => (p ??= load())\nasync function load() { return 1 }\n"
ROOT = 'const root = (globalThis[Symbol.for("nextfix.root")] ??= new AsyncResource("nextfix.root"))'


@pytest.mark.parametrize(
    ("before", "first"),
    [
        ("", ""),
        ("#!/usr/bin/env node\n", "#!/usr/bin/env node\n"),
        ('"use strict"\n', '"use strict"\n'),
        ("\ufeff", "\ufeff"),
        ('// licence\n\nconst fs = require("fs")\n', '// licence\n\nconst fs = require("fs")\n'),
        ("// licence\n\n// about p\n", "// licence\n\n"),
    ],
)
def test_the_root_of_one_s_own_file_stands_after_directives_and_imports(before: str, first: str) -> None:
    new = fixed(before + MEMO, "detached").new.decode()

    assert new.startswith(first)
    assert (
        new.removeprefix(first)
        .lstrip("\n")
        .startswith('const { AsyncResource } = require("node:async_hooks")\n')
    )
    assert ROOT in new


def test_an_es_module_imports_and_reuses_what_it_has() -> None:
    new = fixed('import fs from "fs"\n' + MODULE, "detached").new.decode()
    known = fixed('import { AsyncResource } from "async_hooks"\n' + MODULE, "detached").new.decode()

    assert new.startswith('import fs from "fs"\nimport { AsyncResource } from "node:async_hooks"\n\n//')
    assert known.count("import") == 1
    assert ROOT in known


def test_a_file_that_has_the_root_gets_no_second_one() -> None:
    once = fixed(MODULE, "detached").new.decode()
    more = once + "let q\nexport const g = () => (q ??= load())\n"
    twice = fixed(more, "detached").new.decode()

    assert twice == more.replace("q ??= load()", "q ??= root.runInAsyncScope(() => load())")


def test_a_name_that_the_file_has_is_left_to_it() -> None:
    new = fixed(MODULE + "export const root = 1\n", "detached").new.decode()

    assert "const asyncRoot = " in new
    assert "asyncRoot.runInAsyncScope(() => load())" in new


@pytest.mark.parametrize(
    "end", ["", "\n", "\n//# sourceMappingURL=a.js.map", "\r\n", "// last", "/* last */\n"]
)
def test_no_line_of_a_package_moves(end: str) -> None:
    source = MEMO.rstrip("\n") + end
    new = fixed(source, "detached", package=True).new.decode()
    lines, made = source.split("\n"), new.split("\n")

    assert made[1] == "exports.f = () => (p ??= nextfixRoot(() => load()))"
    assert [at for at, (a, b) in enumerate(zip(lines, made, strict=False)) if a and not b.endswith(a)] in (
        [],
        [1],
    )
    assert fixed(new, "detached", package=True).new.decode() == new


def test_a_minified_package_is_rewritten_in_its_line() -> None:
    source = "var p;exports.f=()=>p||(p=load().then(e=>e));async function load(){return 1}"
    new = fixed(source, "detached", package=True).new.decode()

    assert new.split("\n")[0] == source.replace(
        "p=load().then(e=>e)", "p=nextfixRoot(() => load().then(e=>e))"
    )


def test_a_function_of_the_same_name_in_a_package_is_not_called() -> None:
    new = fixed(MEMO + "function nextfixRoot() {}\n", "detached", package=True).new.decode()

    assert "nextfixRoot2(() => load())" in new
    assert "function nextfixRoot2(make" in new
