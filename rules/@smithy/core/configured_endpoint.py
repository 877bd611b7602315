"""The configuration of an AWS client keeps the promise of the endpoint that a file of settings may name.

What was read takes its place, also where nothing is named; whoever asks gets a promise as before. Settings that
cannot be read are read again, where the original rejects for ever.
"""

from patcher.catalogue.load import shared
from patcher.rule import Rule

_SHARED = shared("configured_endpoint")

RULE = Rule(
    id="@smithy/core/configured-endpoint",
    title=_SHARED.TITLE,
    why=_SHARED.WHY,
    package="@smithy/core",
    versions=">=3.24.0 <=3.41.1",
    files=(
        "dist-cjs/submodules/endpoints/index.js",
        "dist-es/submodules/endpoints/middleware-endpoint/resolveEndpointConfig.js",
    ),
    dead=("dist-cjs/submodules/endpoints/index.browser.js",),
    harness="../../_shared/harness/configured_endpoint.cjs",
    rewrites=(_SHARED.REWRITE,),
)
