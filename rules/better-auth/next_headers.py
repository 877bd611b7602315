"""A module variable keeps the promise by which next/headers is loaded; Node's module loader keeps others of that load.

It is loaded as late as before, in the async context of the process in which no request runs. A load that failed is
tried again as before. Where there is no `process.getBuiltinModule` (before Node 20.16 and 22.3) the load is what it
was.
"""

from patcher.rule import HeldSlot, Rewrite, Rule
from patcher.text.async_root import with_root

RULE = Rule(
    id="better-auth/next-headers",
    title="the load of next/headers is memoized as a promise",
    why="The first request that asks for its session makes this promise, and the module keeps it for ever.",
    package="better-auth",
    versions=">=1.6.26 <=1.7.25",
    files=("dist/integrations/next-js.mjs",),
    harness="harness/next_headers.cjs",
    held=(HeldSlot("(integrations/next-js.mjs)", ("nextHeadersModulePromise",)),),
    rewrites=(
        Rewrite(
            find="let nextHeadersModulePromise;", write=with_root("let nextHeadersModulePromise = null;")
        ),
        Rewrite(
            slot="nextHeadersModulePromise",
            find="nextHeadersModulePromise ??= import($NAME).catch($FORGET);",
            write="nextHeadersModulePromise ??= root.runInAsyncScope(() => import($NAME).catch($FORGET));",
        ),
    ),
)
