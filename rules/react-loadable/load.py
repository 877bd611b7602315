"""A loadable component keeps the promise of its module, and a mounted one the handles of its timers.

`init()` goes on returning a promise: the one in flight is shared, afterwards a new one is made from the value. A
rejected one is marked as handled, because renders ask for it and drop the answer. `failed` is a flag of its own,
because a loader may reject with undefined.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

_LOAD = Rewrite(
    slot="$STATE.promise",
    inside="function load($$$_)",
    find="""
        $STATE.promise = $PROMISE.then(function ($LOADED) {
            $STATE.loading = false;
            $STATE.loaded = $LOADED;
            return $LOADED;
        }).catch(function ($ERROR) {
            $STATE.loading = false;
            $STATE.error = $ERROR;
            throw $ERROR;
        });
    """,
    write="""
        $STATE.promise = $PROMISE.then(function ($LOADED) {
            $STATE.loading = false;
            $STATE.loaded = $LOADED;
            $STATE.value = $LOADED;
            $STATE.promise = null;
            return $LOADED;
        }).catch(function ($ERROR) {
            $STATE.loading = false;
            $STATE.error = $ERROR;
            $STATE.failed = true;
            $STATE.value = $ERROR;
            $STATE.promise = null;
            throw $ERROR;
        });
    """,
)

_LOAD_MAP = Rewrite(
    slot="$STATE.promise",
    inside="function loadMap($$$_)",
    find="""
        $STATE.promise = Promise.all($ALL).then(function ($LOADED) {
            $STATE.loading = false;
            return $LOADED;
        }).catch(function ($ERROR) {
            $STATE.loading = false;
            throw $ERROR;
        });
    """,
    write="""
        $STATE.promise = Promise.all($ALL).then(function ($LOADED) {
            $STATE.loading = false;
            $STATE.value = $LOADED;
            $STATE.promise = null;
            return $LOADED;
        }).catch(function ($ERROR) {
            $STATE.loading = false;
            $STATE.failed = true;
            $STATE.value = $ERROR;
            $STATE.promise = null;
            throw $ERROR;
        });
    """,
)

_INIT = Rewrite(
    inside="function init()",
    find="""
        if (!$STATE) {
            $STATE = $LOAD($OPTIONS.loader);
        }
        return $STATE.promise;
    """,
    write="""
        if (!$STATE) {
            $STATE = $LOAD($OPTIONS.loader);
        }
        if ($STATE.promise) return $STATE.promise;
        var again = $STATE.failed ? Promise.reject($STATE.value) : Promise.resolve($STATE.value);
        again.catch(function () {});
        return again;
    """,
)

_CLEAR_TIMEOUTS = Rewrite(
    slot="this._delay",
    keeps="timer",
    find="""
        $CLASS.prototype._clearTimeouts = function _clearTimeouts() {
            clearTimeout(this._delay);
            clearTimeout(this._timeout);
        };
    """,
    write="""
        $CLASS.prototype._clearTimeouts = function _clearTimeouts() {
            clearTimeout(this._delay);
            clearTimeout(this._timeout);
            this._delay = this._timeout = null;
        };
    """,
)

RULE = Rule(
    id="react-loadable/load",
    title="a loadable component keeps a settled promise, a mounted one its cleared timers",
    why=(
        "The first request that renders a loadable component starts its load. The component keeps the promise of "
        "it for ever, and the promise the store of that request: one request for each component."
    ),
    package="react-loadable",
    versions=">=5.1.0 <=5.5.0",
    files=("lib/index.js",),
    harness="harness/load.cjs",
    held=(
        HeldSlot("LoadableComponent", ("_delay", "_timeout")),
        HeldSlot("(lib/index.js)", ("res.promise",)),
    ),
    rewrites=(_LOAD, _LOAD_MAP, _INIT, _CLEAR_TIMEOUTS),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const Loadable = require('react-loadable')
        const storage = new AsyncLocalStorage()
        const Page = Loadable({ loader: async () => () => null, loading: () => null })
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => Page.preload())
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', Page.name) }, 100)
    """,
)
