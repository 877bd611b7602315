"""The client keeps, for each fetch function, the promise of whether it can send forms.

The answer takes its place, and whoever asks gets a promise as before. It does not fail: what went wrong counts as able.
"""

from patcher.catalogue.load import shared
from patcher.rule import Rule

_SHARED = shared("form_data")

RULE = Rule(
    id="openai/form-data",
    title=_SHARED.TITLE,
    why=_SHARED.WHY,
    package="openai",
    versions=">=5.0.0 <=7.59.0",
    files=("internal/uploads.js", "internal/uploads.mjs"),
    harness="../_shared/harness/form_data.cjs",
    rewrites=(_SHARED.REWRITE,),
    program=_SHARED.program("openai"),
)
