"""Finding source files."""

import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from patcher.model import Skipped
from patcher.scan.source_files import Excluded, dependency_files, is_source, own_files

Tree = Callable[..., Path]


def own(roots: Iterable[Path], *excluded: Excluded) -> list[str]:
    return sorted(own_files(roots, [], *excluded))


def theirs(roots: Iterable[Path], *excluded: Excluded) -> list[str]:
    return sorted(dependency_files(roots, [], *excluded))


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """Makes files below the working directory, with the text given for some."""
    monkeypatch.chdir(tmp_path)

    def make(*paths: str, **texts: str) -> Path:
        for path in paths:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(texts.get(path, ""))
        return tmp_path

    return make


@pytest.mark.parametrize(
    "name", ["a.js", "a.cjs", "a.mjs", "a.jsx", "a.ts", "a.cts", "a.mts", "a.tsx", "d.ts"]
)
def test_javascript_and_typescript_are_source(name: str) -> None:
    assert is_source(name)


@pytest.mark.parametrize("name", ["a.json", "a.d.ts", "a.d.mts", "js", "a.js.map", "a.vue"])
def test_declarations_data_and_other_languages_are_not(name: str) -> None:
    assert not is_source(name)


def test_own_source_is_outside_node_modules_and_not_hidden(tree: Tree) -> None:
    root = tree(
        "a.js", "src/b.ts", "node_modules/x/c.js", "src/node_modules/y/d.js", ".next/e.js", ".pnp.cjs", "f.md"
    )

    assert own([root]) == ["a.js", "src/b.ts"]


def test_dependencies_are_inside_node_modules_and_hidden_stores_belong_to_them(tree: Tree) -> None:
    root = tree("a.js", "node_modules/x/c.js", "packages/p/node_modules/y/d.js", "node_modules/.pnpm/z/e.mjs")

    assert theirs([root]) == [
        "node_modules/.pnpm/z/e.mjs",
        "node_modules/x/c.js",
        "packages/p/node_modules/y/d.js",
    ]
    assert theirs([root / "node_modules" / "x"]) == ["node_modules/x/c.js"]


def test_every_gitignore_counts_for_source_and_none_for_dependencies(tree: Tree) -> None:
    root = tree(
        *("a.js", "dist/b.js", "src/gen/c.js", "src/keep.min.js", "src/d.min.js", "node_modules/x/dist/e.js"),
        *(".gitignore", "src/.gitignore"),
        **{".gitignore": "dist/\n*.min.js\nnode_modules\n", "src/.gitignore": "/gen\n!keep.min.js\n"},
    )

    assert own([root]) == ["a.js", "src/keep.min.js"]
    assert theirs([root]) == ["node_modules/x/dist/e.js"]


def test_the_gitignore_of_the_repository_counts_in_a_folder_that_is_named_and_not_ignored(tree: Tree) -> None:
    root = tree("gen/a.js", "src/gen/b.js", "src/c.js", ".git/HEAD", ".gitignore", **{".gitignore": "gen/\n"})

    assert own([root / "src"]) == ["src/c.js"]
    assert own([root / "gen"]) == ["gen/a.js"]


def test_git_agrees_about_what_is_ignored(tree: Tree) -> None:
    patterns = "*.log.js\n/top.js\na/**/z\n!a/keep/z\nx/*\n!x/y.js\n\\#h.js\n# c\n"
    root = tree(
        *(
            "top.js",
            "in/top.js",
            "e.log.js",
            "a/b/z/1.js",
            "a/keep/z/2.js",
            "x/y.js",
            "x/n.js",
            "#h.js",
            "ok.js",
        ),
        ".gitignore",
        **{".gitignore": patterns},
    )
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.js"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )

    assert own([root]) == sorted(listed.stdout.split())


def test_a_named_file_is_taken_whatever_the_gitignore_says_but_not_when_it_is_excluded(tree: Tree) -> None:
    root = tree("bin/run", "a.js", "b.md", "node_modules/x/c.js", ".gitignore", **{".gitignore": "a.js"})
    named = [root / name for name in ("bin/run", "a.js", "a.js", "b.md")]

    assert own(named) == ["a.js", "bin/run"]
    assert own(named, lambda path: path == "a.js") == ["bin/run"]
    assert theirs(named) == []
    assert theirs([root / "node_modules/x/c.js"]) == ["node_modules/x/c.js"]


def test_excluded_folders_are_not_entered(tree: Tree) -> None:
    root = tree("src/a.js", "src/gen/b.js", "node_modules/x/c.js")

    assert own([root], lambda path: path == "src/gen/") == ["src/a.js"]
    assert theirs([root], lambda path: path == "node_modules/x/") == []


def test_links_are_not_followed_so_a_cycle_ends(tree: Tree) -> None:
    root = tree("src/a.js", "node_modules/x/b.js")
    os.symlink(root, root / "src" / "loop")
    os.symlink(root / "src" / "a.js", root / "src" / "same.js")
    os.symlink(root, root / "node_modules" / "workspace")

    assert own([root]) == ["src/a.js"]
    assert theirs([root]) == ["node_modules/x/b.js"]


def test_a_folder_that_cannot_be_listed_is_said(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree("src/a.js", "shut/b.js")
    listing = os.scandir

    def refuse(folder: str) -> Any:
        if str(folder).endswith("shut"):
            raise PermissionError(13, "Permission denied", folder)
        return listing(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    skipped: list[Skipped] = []

    assert list(own_files([root], skipped)) == ["src/a.js"]
    assert [(entry.path, entry.reason) for entry in skipped] == [
        ("shut", "cannot be listed: Permission denied; run as a user who may read it")
    ]
