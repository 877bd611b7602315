"""Which components a server renders, and what is said of files that only they load."""

import json
from pathlib import Path

import pytest

from patcher.analysis.file import examine
from patcher.catalogue.load import families
from patcher.scan.link import Link
from patcher.scan.linked import Linked
from patcher.syntax.tree import Dialect
from tests.scan.test_server_code import served

_MEMO = "let p\nexport function getThing() { p ??= load().then((x) => x); return p }\n"


@pytest.mark.parametrize(
    "page", ["app.vue", "app/pages/a/[id].vue", "layouts/default.vue", "components/A.vue"]
)
def test_nuxt_renders_pages_layouts_and_components(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    above = "../" * page.count("/")
    files = {
        page: f"<script setup>\nimport '{above or './'}parts/B.vue'\n</script>",
        "parts/B.vue": "",
        "C.vue": "",
    }
    assert served(tmp_path, files, monkeypatch, nuxt="4") == {page, "parts/B.vue"}


def test_a_component_for_browsers_and_an_application_that_is_not_rendered_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert served(tmp_path, {"components/A.client.vue": "", "app.vue": ""}, monkeypatch, nuxt="4") == {
        "app.vue"
    }
    (tmp_path / "nuxt.config.ts").write_text("export default defineNuxtConfig({\n  ssr: false,\n})\n")
    assert served(tmp_path, {"app.vue": "", "server/api/x.ts": ""}, monkeypatch, nuxt="4") == {
        "server/api/x.ts"
    }


def test_one_route_of_nuxt_that_is_not_rendered_says_nothing_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nuxt.config.ts").write_text(
        "export default {\n  routeRules: {\n    '/a': {\n      ssr: false } } }\n"
    )
    assert served(tmp_path, {"app.vue": ""}, monkeypatch, nuxt="4") == {"app.vue"}


def test_sveltekit_renders_its_routes_but_those_below_one_that_says_it_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "src/routes/+page.svelte": "<script>\nimport '../lib/A.svelte'\n</script>",
        "src/routes/admin/+layout.ts": "export const ssr = false\n",
        "src/routes/admin/users/+page.svelte": "",
        "src/lib/A.svelte": "",
        "src/lib/B.svelte": "",
    }
    found = served(tmp_path, files, monkeypatch, **{"@sveltejs/kit": "2"})
    assert found == {"src/routes/+page.svelte", "src/routes/admin/+layout.ts", "src/lib/A.svelte"}


def test_a_front_end_without_a_server_renders_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert served(tmp_path, {"src/App.vue": "", "src/pages/A.vue": ""}, monkeypatch, vue="3") == set()


@pytest.mark.parametrize(
    ("page", "source"),
    [
        ("pages/a.vue", "<script setup>\nimport { getThing } from '~/lib/db'\n</script>"),
        ("pages/a.vue", "<script setup>\nawait useAsyncData(() => getThing())\n</script>"),
    ],
)
def test_what_only_components_load_is_in_doubt_and_what_a_server_loads_too_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, source: str
) -> None:
    home = "lib/db.ts" if "import" in source else "utils/db.ts"
    files = {"package.json": json.dumps({"dependencies": {"nuxt": "4"}}), page: source, home: _MEMO}
    for more, said in (
        ({}, "only components load this file"),
        ({"server/api/x.ts": f"import '~~/{home}'"}, ""),
    ):
        files |= more
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text.replace("~~/", "../../"))
        monkeypatch.chdir(tmp_path)
        link = Link(Linked([name for name in files if name != "package.json"]), families())
        (site,) = link.settled(home, examine(_MEMO.encode(), Dialect.TYPESCRIPT).sites)
        assert link.doubt(home) == ""
        assert site.doubt.text[: len(said) or None] == said


@pytest.mark.parametrize(
    ("needed", "entry"),
    [
        ("sails", "server/api/hooks/oidc/index.js"),
        ("egg", "app/service/user.ts"),
        ("@strapi/strapi", "src/api/a/services/a.ts"),
        ("@adonisjs/core", "app/services/a.ts"),
        ("moleculer", "services/a.service.js"),
    ],
)
def test_a_framework_that_loads_folders_by_their_names_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, needed: str, entry: str
) -> None:
    files = {entry: _MEMO, "other/a.ts": _MEMO}
    assert served(tmp_path, files, monkeypatch, **{needed: "1"}) == {entry}
