"""A cache whose entries are promises."""

from patcher.model import Severity
from patcher.rule import Family, Rewrite


def _cached(find: str, documented: str, stays: str, promise: str) -> Rewrite:
    """A cache of promises; `stays` is what stays before the promise is awaited, which `promise` gives.

    Values get a Map of their own and a box each, so that a value of undefined is kept too.
    """
    return Rewrite(
        find=find,
        write={
            "documented": documented,
            "single-flight": f"""
const $BOX = $RESULT.get($KEY);
if ($BOX) return $BOX.value;
{stays.strip()}
try {{
    const $VALUE = await {promise};
    $RESULT.set($KEY, $BOXED);
    return $VALUE;
}} finally {{
    $SLOT.delete($KEY);
}}
""",
        },
    )


_ASKED = """
if (!$SLOT.has($KEY)) {
    $$$BEFORE
    $SLOT.set($KEY, $MAKE);
    $$$AFTER
}
"""
_FILLED = """
let $NAME = $SLOT.get($KEY);
if (!$NAME) {
    $$$BEFORE
    $NAME = $MAKE;
    $SLOT.set($KEY, $NAME);
    $$$AFTER
}
"""
_EARLY = """
const $NAME = $SLOT.get($KEY);
if ($NAME) return $NAME;
$$$BEFORE
const $MADE = $MAKE;
$SLOT.set($KEY, $MADE);
"""
_BOX = "{ value: await $MAKE }"


def _shapes(made: str) -> tuple[Rewrite, ...]:
    """The shapes, with `made` for what makes the promise."""
    return (
        _cached(
            f"if (!$SLOT.has($KEY)) {{ $$$BEFORE; $SLOT.set($KEY, {made}); $$$AFTER; }} return $SLOT.get($KEY);",
            _ASKED.replace("$MAKE", _BOX) + "return $SLOT.get($KEY).value;",
            _ASKED,
            "$SLOT.get($KEY)",
        ),
        _cached(
            f"let $NAME = $SLOT.get($KEY); if (!$NAME) {{ $$$BEFORE; $NAME = {made}; $SLOT.set($KEY, $NAME);"
            " $$$AFTER; } return $NAME;",
            _FILLED.replace("$MAKE", _BOX) + "return $NAME.value;",
            _FILLED,
            "$NAME",
        ),
        _cached(
            f"const $NAME = $SLOT.get($KEY); if ($NAME) {{ return $NAME; }} $$$BEFORE; const $MADE = {made};"
            " $SLOT.set($KEY, $MADE); return $MADE;",
            _EARLY.replace("return $NAME", "return $NAME.value").replace("$MAKE", _BOX)
            + "return $MADE.value;",
            _EARLY,
            "$MADE",
        ),
    )


# A failure takes the entry out in every style, so what did that before is left out.
_RETHROWN = "$MAKE.catch(($ERROR) => { $SLOT.delete($KEY); throw $ERROR; })"

FAMILY = Family(
    id="kept-promise-keyed",
    severity=Severity.ERROR,
    keeps="promise",
    growth="one a key",
    outlasts_use=True,
    made_in_root=True,
    title=(
        "`{slot}` keeps one promise a key, and with each the request that asked `{function}` for it first"
    ),
    why=(
        "A promise carries the async context of whoever made it. Every key that is ever asked for keeps "
        "one more request, and nothing frees them before the entry goes."
    ),
    fix=(
        "Cache values: put the value in the place of the promise when it settles (`cache.set(key, "
        "value)` in `then`), or delete the entry in `finally` and keep values elsewhere. To keep the "
        "promises, make them outside of any request: `root.runInAsyncScope(() => load(key))` with an "
        "AsyncResource made at module load."
    ),
    retains="""const files = new Map()
async function read(path) {
  return path
}
exports.handle = function readOnce() {
  const path = "/etc/hosts"
  if (!files.has(path)) files.set(path, read(path))
  return files.get(path)
}
""",
    frees="""const files = new Map()
async function read(path) {
  return path
}
exports.handle = function readOnce() {
  const path = "/etc/hosts"
  if (!files.has(path)) {
    files.set(path, read(path).then((text) => {
      files.set(path, text)
      return text
    }))
  }
  return files.get(path)
}
""",
    rewrites=(*_shapes(_RETHROWN), *_shapes("$MAKE")),
)
