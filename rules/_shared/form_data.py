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


def program(package: str) -> str:
    """A program that asks the client of `package` once, in a request, and prints whether that is kept."""
    return """
        void [process.stdout, process.stderr, fetch('data:,')] // what Node makes once, and before Node 24 keeps
        const { AsyncLocalStorage } = require('node:async_hooks')
        const path = require('node:path').resolve('node_modules/PACKAGE/internal/uploads.js')
        const { multipartFormRequestOptions } = require(path)
        const storage = new AsyncLocalStorage()
        let store = { request: {} }
        const seen = new WeakRef(store)
        const body = { file: new File(['text'], 'a.txt') }
        setTimeout(() => {
            storage.run(store, () => { multipartFormRequestOptions({ body }, fetch) })
            store = undefined
            setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed') }, 500)
        }, 500)
    """.replace("PACKAGE", package)
