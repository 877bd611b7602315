"""What the clients of one generator keep alike: whether a fetch function can send forms, one promise a function."""

from patcher.rule import Rewrite

TITLE = "whether fetch can send forms is kept as a promise"
WHY = "The first upload of the process makes this promise; a map keeps it as long as there is the fetch function."
REWRITE = Rewrite(
    slot="supportsFormDataMap.get($FETCH)",
    find="""
        const $CACHED = supportsFormDataMap.get($FETCH);
        if ($CACHED) {
            return $CACHED;
        }
        const $PROMISE = (async () => { $$$BODY; })();
        supportsFormDataMap.set($FETCH, $PROMISE);
        return $PROMISE;
    """,
    write="""
        const $CACHED = supportsFormDataMap.get($FETCH);
        if ($CACHED !== undefined) {
            return Promise.resolve($CACHED);
        }
        const $PROMISE = (async () => {
            $$$BODY;
        })();
        supportsFormDataMap.set($FETCH, $PROMISE);
        $PROMISE.then((supported) => {
            supportsFormDataMap.set($FETCH, supported);
        });
        return $PROMISE;
    """,
)
