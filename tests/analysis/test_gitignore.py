"""What a .gitignore leaves out of one's own source."""

import subprocess

import pytest

from patcher.analysis.sources import collect
from patcher.text.paths import shown


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Makes files (with the text given for some) and tells which are one's own source below a folder."""
    monkeypatch.chdir(tmp_path)

    def sources(folder, *paths, texts):
        for path in (*paths, *texts):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(texts.get(path, ""))
        return sorted(
            shown(tmp_path / file) for file in collect([folder], sources=True, dependencies=False).files
        )

    return sources


def test_git_agrees_about_what_is_ignored(own, tmp_path):
    patterns = "*.log.js\n/top.js\na/**/z\n!a/keep/z\nx/*\n!x/y.js\n\\#h.js\n# c\n"
    names = (
        "top.js",
        "in/top.js",
        "e.log.js",
        "a/b/z/1.js",
        "a/keep/z/2.js",
        "x/y.js",
        "x/n.js",
        "#h.js",
        "o.js",
    )
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    found = own(".", *names, texts={".gitignore": patterns, "in/.gitignore": "!top.js\n"})
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.js"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )

    assert found == sorted(listed.stdout.split())


def test_the_repository_s_gitignore_counts_in_a_folder_that_is_named(own):
    texts = {".gitignore": "gen/\n", ".git/HEAD": ""}

    assert own("src", "src/gen/b.js", "src/c.js", texts=texts) == ["src/c.js"]


def test_an_ignored_folder_that_is_named_is_looked_at(own):
    assert own("gen", "gen/a.js", texts={".gitignore": "gen/\n", ".git/HEAD": ""}) == ["gen/a.js"]


def test_a_gitignore_above_the_repository_does_not_count(own):
    texts = {".gitignore": "*.js\n", "repo/.git/HEAD": ""}

    assert own("repo", "repo/a.js", texts=texts) == ["repo/a.js"]
