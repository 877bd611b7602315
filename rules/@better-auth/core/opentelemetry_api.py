"""getOpenTelemetryAPI keeps the promise of loading the API, of which it only asks whether it was begun.

The span of the first request makes it. `true` answers the question as well once the load has ended.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="@better-auth/core/opentelemetry-api",
    title="the load of the OpenTelemetry API is kept as a promise",
    why="The first request whose span is made starts this load, and the module keeps its promise for ever.",
    package="@better-auth/core",
    versions=">=1.7.4 <=1.7.25",
    files=("dist/instrumentation/api.mjs",),
    harness="harness/opentelemetry_api.cjs",
    held=(HeldSlot("(instrumentation/api.mjs)", ("openTelemetryAPIPromise",)),),
    rewrites=(
        Rewrite(
            inside="function getOpenTelemetryAPI()",
            slot="$SLOT",
            find="if (!$SLOT) $SLOT = $LOAD();",
            write="""
                if (!$SLOT) {
                    $SLOT = $LOAD();
                    $SLOT.then(() => {
                        $SLOT = true;
                    }, () => {});
                }
            """,
        ),
    ),
)
