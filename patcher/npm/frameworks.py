"""The frameworks that servers are built with: which packages they are, and what in a project is theirs.

The only place, beside the rules of a package and the experiment of `prove`, that knows a framework by its name.
"""

import re
from dataclasses import dataclass, field


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
)
