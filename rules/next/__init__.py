"""Next.js: https://www.npmjs.com/package/next."""

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
)
