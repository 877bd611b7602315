"""The client keeps, for each fetch function, the promise of whether it can send forms.

The answer takes its place, and whoever asks gets a promise as before. It does not fail: what went wrong counts as able.
"""

from patcher.catalogue.load import shared
from patcher.rule import Rule

_SHARED = shared("form_data")

RULE = Rule(
    id="@anthropic-ai/sdk/form-data",
    title=_SHARED.TITLE,
    why=_SHARED.WHY,
    package="@anthropic-ai/sdk",
    versions=">=0.51.0 <=1.14.0",
    files=("internal/uploads.js", "internal/uploads.mjs"),
    harness="../../_shared/harness/form_data.cjs",
    rewrites=(_SHARED.REWRITE,),
    program=_SHARED.program("@anthropic-ai/sdk"),
)
