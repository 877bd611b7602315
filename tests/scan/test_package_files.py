"""What Node loads of a package: its exports for Node and what they reach, and nothing else."""

import json
from pathlib import Path

import pytest

from patcher.scan.imports import imports_of
from patcher.scan.package_files import loaded_files, package_folder

_HERE = "node_modules/pkg"


def package(folder: Path, manifest: dict[str, object], files: dict[str, str]) -> set[str] | None:
    """The files that Node loads of a package with that manifest, relative to it."""
    root = folder / _HERE
    for name, text in {
        "package.json": json.dumps({"name": "pkg", "version": "1.0.0"} | manifest),
        **files,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    found = loaded_files(root.as_posix())
    return None if found is None else {Path(path).relative_to(root).as_posix() for path in found}


def test_main_and_what_it_requires_are_loaded_and_a_build_for_browsers_is_not(tmp_path: Path) -> None:
    found = package(
        tmp_path,
        {"main": "lib/index.js", "browser": "dist/pkg.js", "module": "esm/index.js"},
        {
            "lib/index.js": "require('./a'); require('other')",
            "lib/a.js": "",
            "dist/pkg.js": "",
            "esm/index.js": "",
        },
    )
    assert found == {"lib/index.js", "lib/a.js"}


def test_the_conditions_of_node_are_followed_and_those_of_other_runtimes_are_not(tmp_path: Path) -> None:
    exports = {
        ".": {"browser": "./b.js", "import": "./m.mjs", "require": "./c.cjs", "deno": "./d.js"},
        "./sub": {"node": "./n.js", "default": "./w.js"},
        "./kit/*": "./kit/*.js",
    }
    files = dict.fromkeys(("b.js", "m.mjs", "c.cjs", "d.js", "n.js", "w.js", "kit/x.js", "src/x.js"), "")
    found = package(tmp_path, {"exports": exports}, files)
    assert found == {"m.mjs", "c.cjs", "n.js", "kit/x.js"}


def test_a_folder_that_a_name_is_computed_in_is_loaded_whole(tmp_path: Path) -> None:
    files = {
        "index.js": "import(`./drivers/${name}.js`)",
        "drivers/a.js": "",
        "drivers/b.js": "",
        "cli.mjs": "",
    }
    assert package(tmp_path, {"exports": "./index.js"}, files) == {"index.js", "drivers/a.js", "drivers/b.js"}


def test_nobody_can_tell_of_a_package_that_computes_all_of_a_path(tmp_path: Path) -> None:
    assert package(tmp_path, {"main": "a.js"}, {"a.js": "require(path.join(dir, x))", "b.js": ""}) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import type { A } from './a'; import b, { type C } from './b'", ("./b",)),
        ("export * from './a'; export { x } from \"./b\"", ("./a", "./b")),
        ("import './a'; const x = await import('./b'); require(\"c\")", ("./a", "./b", "c")),
        ("new Worker('./w.js')", ("./w.js",)),
        ("const from = 1", ()),
    ],
)
def test_imports_are_read_and_types_are_not_among_them(text: str, names: tuple[str, ...]) -> None:
    assert set(imports_of(text.encode()).names) == set(names)


def test_the_folder_of_a_package_is_found_from_the_path_of_its_file() -> None:
    assert package_folder("/p/node_modules/@a/b/lib/c.js") == "/p/node_modules/@a/b"
    assert package_folder("/p/node_modules/a/node_modules/b/c.js") == "/p/node_modules/a/node_modules/b"
    assert package_folder("/p/src/c.js") == ""
