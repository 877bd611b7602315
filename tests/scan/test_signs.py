"""What names, text and paths tell the scan of what a file is for, as data: the example of each sign, and its twin."""

import re

import pytest

from patcher.analysis.meaning import Sign
from patcher.catalogue.frameworks import FRAMEWORKS
from patcher.scan import browser_names, owner_names, served, server_names

SIGNS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": value
    for module in (server_names, served, owner_names, browser_names)
    for name, value in vars(module).items()
    if isinstance(value, Sign)
}
for number, (module, works) in enumerate(server_names.JOB_RUNNERS):
    SIGNS |= {f"JOB_RUNNERS {number} module": module, f"JOB_RUNNERS {number} works": works}
_CHOICE = re.compile(r"«([^|»]+)\|([^»]+)»")
SYNTAX = {"COMPILED", "FILE"}  # the form of a path, which tells nothing of what the file is for


@pytest.mark.parametrize("name", SIGNS)
def test_a_sign_is_seen_and_its_twin_is_not(name: str) -> None:
    sign = SIGNS[name]
    own, twin = (_CHOICE.sub(rf"\{which}", sign.example) for which in (1, 2))
    if isinstance(sign.pattern.pattern, bytes):
        assert sign.search(own.encode()) is not None
        assert sign.search(twin.encode()) is None
    else:
        assert sign.search(own) is not None
        assert sign.search(twin) is None


@pytest.mark.parametrize("name", SIGNS)
def test_a_sign_has_a_reason(name: str) -> None:
    assert len(SIGNS[name].reason) > 10


def test_no_pattern_or_set_of_names_is_without_one() -> None:
    bare = {
        name
        for module in (server_names, browser_names)
        for name, value in vars(module).items()
        if isinstance(value, (re.Pattern, frozenset, set))
    }

    assert bare == SYNTAX


@pytest.mark.parametrize(
    ("framework", "file"),
    [
        ("Next.js", "src/app/api/users/route.ts"),
        ("Next.js", "pages/index.tsx"),
        ("Next.js", "middleware.ts"),
        ("Nuxt", "server/api/users.get.ts"),
        ("SvelteKit", "src/routes/+page.server.ts"),
        ("Remix", "app/routes/users.tsx"),
        ("Astro", "src/pages/users.ts"),
    ],
)
def test_a_file_that_a_framework_loads_is_known_by_its_path(framework: str, file: str) -> None:
    (known,) = (each for each in FRAMEWORKS if each.name == framework)

    assert any(pattern.search(file) for pattern in known.files)
    assert not any(pattern.search("src/lib/users.ts") for pattern in known.files)
