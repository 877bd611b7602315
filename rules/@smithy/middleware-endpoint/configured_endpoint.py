"""The configuration of an AWS client keeps the promise of the endpoint that a file of settings may name.

What was read takes its place, also where nothing is named; whoever asks gets a promise as before. Settings that
cannot be read are read again, where the original rejects for ever.
"""

from patcher.catalogue.load import shared
from patcher.rule import Rule

_SHARED = shared("configured_endpoint")

RULE = Rule(
    id="@smithy/middleware-endpoint/configured-endpoint",
    title=_SHARED.TITLE,
    why=_SHARED.WHY,
    package="@smithy/middleware-endpoint",
    versions=">=3.1.1 <4.5.0",
    files=("dist-cjs/index.js", "dist-es/resolveEndpointConfig.js"),
    harness="../../_shared/harness/configured_endpoint.cjs",
    rewrites=(_SHARED.REWRITE,),
)
