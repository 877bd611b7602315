"""The frameworks that servers are built with: which packages they are, and what in a project is theirs.

A framework that rules are about stands in the record of its package (`rules/NAME/__init__.py`), the others here.
"""

import re

from patcher.catalogue.load import package_record, packages
from patcher.framework import Framework

_WITHOUT_RULES = (
    Framework(
        "Nuxt",
        packages="nuxt|nitropack|nitro",
        modules="nitropack",
        files=(
            re.compile(
                r"(?:^|/)server/(?:api|routes|middleware|plugins|utils|tasks|lib)/.*\.[cm]?[jt]s$|\.server\.[jt]s$"
            ),
        ),
        pages=re.compile(
            r"(?:^|/)(?:app|error)\.vue$|(?:^|/)(?:pages|layouts|components)/(?!.*\.client\.vue$).*\.vue$"
        ),
        given=re.compile(r"^(?!(?:.*/)?server/)(?:.*/)?(?:composables|utils)/[^.]+\.[cm]?[jt]s$"),
        settings=("nuxt.config.ts", "nuxt.config.js", "nuxt.config.mjs"),
        # Of the whole application: in the first level of the configuration; that of a route lies deeper.
        unrendered=re.compile(rb"^(?: {2}| {4}|\t)ssr\s*:\s*false\b", re.M),
    ),
    Framework(
        "SvelteKit",
        packages="@sveltejs/kit",
        files=(
            re.compile(
                r"(?:^|/)(?:hooks(?:\.server)?|\+server|\+(?:page|layout)(?:\.server)?)\.[jt]s$|(?:^|/)lib/server/"
            ),
        ),
        modules="@sveltejs/kit/node",
        pages=re.compile(r"(?:^|/)routes/(?:.*/)?\+(?:page|layout|error)(?:@[^/]*)?\.svelte$"),
        settings=tuple(
            f"+{name}{end}"
            for name in ("layout", "page")
            for end in (".ts", ".js", ".server.ts", ".server.js")
        ),
        unrendered=re.compile(rb"\bexport\s+const\s+ssr\s*=\s*false\b"),
    ),
    Framework(
        "Remix",
        packages="@remix-run/.*|@react-router/.*",
        files=(re.compile(r"^app/(?:root|entry\.server|routes/.*|routes)\.[jt]sx?$|\.server\.[jt]sx?$"),),
        modules=r"@remix-run/(?:node|server-runtime|express)|@react-router/(?:node|express|serve)",
    ),
    Framework(
        "Astro",
        packages="astro",
        files=(re.compile(r"^src/(?:pages/.*\.[jt]s|middleware\.[jt]s|actions/.*)$"),),
        modules="@astrojs/node",
    ),
    # These load whole folders by their names.
    Framework(
        "Sails",
        packages="sails",
        files=(
            re.compile(
                r"^(?:.*/)?api/(?:controllers|hooks|helpers|policies|services|responses|models)/.*\.[jt]s$"
            ),
        ),
    ),
    Framework(
        "Egg",
        packages="egg",
        files=(re.compile(r"^app/(?:controller|service|middleware|extend|router)\b.*\.[jt]s$"),),
    ),
    Framework(
        "Strapi",
        packages="@strapi/strapi",
        files=(
            re.compile(r"^src/(?:(?:api|plugins|extensions)/(?!.*/admin/).*|middlewares/.*|index)\.[jt]s$"),
        ),
    ),
    Framework(
        "AdonisJS",
        packages="@adonisjs/core",
        files=(re.compile(r"^(?:app|start|providers)/.*\.[jt]s$"),),
    ),
    Framework("Moleculer", packages="moleculer", files=(re.compile(r"\.service\.[jt]s$"),)),
)

FRAMEWORKS = (
    *(known for name in packages() if (known := package_record(name).framework) is not None),
    *_WITHOUT_RULES,
)
PARTS = {part.name: part for framework in FRAMEWORKS for part in framework.parts}
