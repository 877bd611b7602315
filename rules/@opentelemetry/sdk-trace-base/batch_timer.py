"""The timer of the next batch is made by the request that ends first, and again from there while there is traffic.

It is made in the async context of the process in which none runs: that of the process where there is one (see
patcher.detached), else one that is made with the processor, which is when the server starts. Where there is no
`process.getBuiltinModule` (before Node 20.16 and 22.3) the timer is made as before.
"""

from patcher.catalogue.load import shared
from patcher.rule import HeldSlot, Rule

_SHARED = shared("batch_timer")

RULE = Rule(
    id="@opentelemetry/sdk-trace-base/batch-timer",
    title=_SHARED.TITLE,
    why=_SHARED.WHY,
    package="@opentelemetry/sdk-trace-base",
    versions=">=1.9.0 <=2.8.0",
    files=(
        "build/src/export/BatchSpanProcessorBase.js",
        "build/esm/export/BatchSpanProcessorBase.js",
        "build/esnext/export/BatchSpanProcessorBase.js",
    ),
    harness="../../_shared/harness/batch_timer.cjs",
    held=(HeldSlot(paths=("_timer",), properties=frozenset({"_scheduledDelayMillis", "_finishedSpans"})),),
    rewrites=_SHARED.REWRITES,
    program=_SHARED.program_of_spans("@opentelemetry/sdk-trace-base", "exporter"),
)
