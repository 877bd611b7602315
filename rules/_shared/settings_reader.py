"""What the reader of the settings of AWS clients keeps: the promise of each file."""

from patcher.rule import Rewrite

TITLE = "the settings of AWS clients are kept as promises"
WHY = (
    "The first call of an AWS client reads the files of its settings; a module keeps both promises for ever."
)
REWRITES = (
    Rewrite(
        slot="$FILES[path]",
        find="""
            if (!$FILES[path] || $AGAIN) {
                $FILES[path] = $READ(path, "utf8");
            }
            return $FILES[path];
        """,
        write="""
            if ($FILES[path] === undefined || $AGAIN) {
                const pending = $READ(path, "utf8");
                $FILES[path] = pending;
                pending.then((text) => {
                    if ($FILES[path] === pending) $FILES[path] = text;
                }, () => {
                    if ($FILES[path] === pending) $FILES[path] = undefined;
                });
            }
            return Promise.resolve($FILES[path]);
        """,
    ),
)
