"""Next.js: https://www.npmjs.com/package/next."""

import re

from patcher.framework import Framework, OptionalPart
from patcher.rule import Package

PACKAGE = Package(
    name="next",
    prereleases=r"\d+\.\d+\.\d+-canary\.\d+",
    prereleases_since="13.0.0",
    ledger_line="minor",
    rebuild="remove .next/cache and run 'next build': the app's build has a copy of this code",
    rebuild_because="the cache takes the files of a package for unchanged while its version is",
    # What builds, traces and shows errors, and the code for the browser.
    unserved=r"dist/(?:esm/)?(?:build|cli|export|client|compiled/@next/react-dev-overlay|compiled/@vercel/nft)/",
    development=r"dist/compiled/next-server/[\w.-]+\.dev\.js",
    serves=True,
    instrumented="15.0.0",
    framework=Framework(
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
)
