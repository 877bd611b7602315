"""The frameworks that servers are built with: which packages they are, and what in a project is theirs.

The only place, beside the rules of a package and the experiment of `prove`, that knows a framework by its name.
"""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OptionalPart:
    """A part of a framework that an application may have or not.

    Attributes:
        name: what people call it.
        files: a regular expression for the files that make it, by their paths from the folder of the package.json.
        words: what the source of a file says that uses it.
    """

    name: str
    files: re.Pattern[str]
    words: re.Pattern[bytes]


@dataclass(frozen=True, slots=True)
class Framework:
    """What is known of one framework.

    Attributes:
        name: what people call it.
        packages: a regular expression for the packages of which a project that uses it has one.
        files: regular expressions for the files of a project that its server loads without an import, by their
            paths from the folder of the package.json.
        modules: a regular expression for the modules that only code of a server imports.
        context_modules: a regular expression for the modules with functions that read the running request.
        context_calls: a regular expression for the names of those functions.
        requests: its classes of requests as a heap names them, each with the property that holds the url.
        tools: a regular expression for the packages that only its builds run.
        on_node: the condition of JavaScript that is true where its server runs under Node; empty when it always does.
        pages: a regular expression for the components that its server renders, by their paths.
        given: one for the files whose exports every other file has without an import.
        settings: the names of files, beside a page or in a folder above it, that may say that no server renders it.
        unrendered: what they say then.
        parts: what an application may have of it or not; a rule may name one that its code is run for.
    """

    name: str
    packages: str
    files: tuple[re.Pattern[str], ...]
    modules: str = ""
    context_modules: str = ""
    context_calls: str = ""
    requests: dict[str, str] = field(default_factory=dict)
    tools: str = ""
    on_node: str = ""
    pages: re.Pattern[str] | None = None
    given: re.Pattern[str] | None = None
    settings: tuple[str, ...] = ()
    unrendered: re.Pattern[bytes] = re.compile(rb"(?!)")
    parts: tuple[OptionalPart, ...] = ()


FRAMEWORKS = (
    Framework(
        "Next.js",
        packages="next",
        files=(
            re.compile(
                r"^(?:src/)?app/(?:.*/)?(?:route|page|layout|template|default|error|global-error|not-found|loading|sitemap|robots"
                r"|manifest|icon|opengraph-image|twitter-image)\.[cm]?[jt]sx?$"
            ),
            re.compile(
                r"^(?:src/)?(?:pages/.*|middleware|proxy|instrumentation)(?:\.node)?\.?[cm]?[jt]?s?x?$"
                r"|^(?:src/)?pages/.*\.[cm]?[jt]sx?$|^(?:src/)?(?:middleware|proxy|instrumentation(?:\.node)?)\.[cm]?[jt]s$"
            ),
        ),
        modules=r"next/server|next/headers|next-auth/next",
        context_modules=r"next/(?:headers|server)(?:\.js)?",
        context_calls=r"headers|cookies|draftMode|connection|after|unstable_after",
        requests={"NodeNextRequest": "url"},
        tools=r"@next/swc-[^/]+",
        on_node='process.env.NEXT_RUNTIME === "nodejs"',
        parts=(
            OptionalPart(
                "middleware or edge function",
                files=re.compile(r"^(?:src/)?(?:middleware|proxy)\.[cm]?[jt]sx?$"),
                words=re.compile(rb"\bruntime\s*[=:]\s*[\"'](?:experimental-)?edge[\"']"),
            ),
            OptionalPart(
                "image that the server optimizes",
                files=re.compile(r"(?!)"),
                words=re.compile(rb"[\"']next/(?:legacy/|future/)?image(?:\.js)?[\"']|/_next/image\b"),
            ),
        ),
    ),
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

PARTS = {part.name: part for framework in FRAMEWORKS for part in framework.parts}
