"""next/dynamic keeps a settled promise and a cleared timer: the second leak of the original report.

`load()` keeps the promise of the component in its state, and LoadableSubscription keeps the handle of a
Timeout that it has cleared. Either alone keeps the request, so both must go. `promise()` goes on returning a
promise: the one in flight is shared, afterwards a new one is made from the value. A rejected one is marked as
handled, because `init()` asks at every render and drops the answer. `failed` is a flag of its own, because
`reject(undefined)` is a failure too.

The same code is bundled, minified, in the runtimes that the pages router executes from 13.5.1 on: the second
rule here. Both write the same text, so they share their rewrites.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

_LOAD = Rewrite(
    slot="$STATE.promise",
    find="""
        function $LOAD($LOADER) {
            let $PROMISE = $LOADER();
            let $STATE = { loading: true, loaded: null, error: null };
            $STATE.promise = $PROMISE.then(($LOADED) => {
                $STATE.loading = false;
                $STATE.loaded = $LOADED;
                return $LOADED;
            }).catch(($ERROR) => {
                $STATE.loading = false;
                $STATE.error = $ERROR;
                throw $ERROR;
            });
            return $STATE;
        }
    """,
    write="""
        function $LOAD($LOADER) {
            let $PROMISE = $LOADER();
            let $STATE = { loading: true, loaded: null, error: null, failed: false, value: undefined, promise: null };
            $STATE.promise = $PROMISE.then(($LOADED) => {
                $STATE.loading = false;
                $STATE.loaded = $LOADED;
                $STATE.value = $LOADED;
                $STATE.promise = null;
                return $LOADED;
            }).catch(($ERROR) => {
                $STATE.loading = false;
                $STATE.error = $ERROR;
                $STATE.failed = true;
                $STATE.value = $ERROR;
                $STATE.promise = null;
                throw $ERROR;
            });
            return $STATE;
        }
    """,
)

_LOAD_MAP = Rewrite(
    versions="<11.0.0",
    slot="$STATE.promise",
    inside="function loadMap($OBJECT)",
    find="""
        $STATE.promise = Promise.all($ALL).then(($LOADED) => {
            $STATE.loading = false;
            return $LOADED;
        }).catch(($ERROR) => {
            $STATE.loading = false;
            throw $ERROR;
        });
    """,
    write="""
        $STATE.promise = Promise.all($ALL).then(($LOADED) => {
            $STATE.loading = false;
            $STATE.value = $LOADED;
            $STATE.promise = null;
            return $LOADED;
        }).catch(($ERROR) => {
            $STATE.loading = false;
            $STATE.failed = true;
            $STATE.value = $ERROR;
            $STATE.promise = null;
            throw $ERROR;
        });
    """,
)

_INIT = Rewrite(
    versions="<9.1.2",
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
        const again = $STATE.failed ? Promise.reject($STATE.value) : Promise.resolve($STATE.value);
        again.catch(() => {});
        return again;
    """,
)

_PROMISE = Rewrite(
    versions=">=9.1.2",
    find="promise() { return this.$STATE.promise; }",
    write="""
        promise() {
            const state = this.$STATE;
            if (state.promise) return state.promise;
            const again = state.failed ? Promise.reject(state.value) : Promise.resolve(state.value);
            again.catch(() => {});
            return again;
        }
    """,
)

_CLEAR_TIMEOUTS = Rewrite(
    versions=">=9.1.2",
    harmless="<9.1.2",  # there, the component of one render has the handles
    slot="this.$DELAY",
    keeps="timer",
    find="""
        $CLEAR() {
            clearTimeout(this.$DELAY);
            clearTimeout(this.$TIMEOUT);
        }
    """,
    write="""
        $CLEAR() {
            clearTimeout(this.$DELAY);
            clearTimeout(this.$TIMEOUT);
            this.$DELAY = this.$TIMEOUT = null;
        }
    """,
)

_REWRITES = (_LOAD, _LOAD_MAP, _INIT, _PROMISE, _CLEAR_TIMEOUTS)
_SLOTS = ("_delay", "_timeout", "_res.promise")
_TITLE = "next/dynamic keeps a settled promise and a cleared timer"
_WHY = (
    "The first request that renders a page loads its dynamic components. Each component keeps the promise of "
    "that load and the handle of the timer for its loading state, for ever; each of the two carries the store "
    "of that request, so both must be dropped."
)
_REFERENCES = ("https://github.com/DataDog/dd-trace-js/issues/2713",)

RULES = (
    Rule(
        id="next/loadable",
        title=_TITLE,
        why=_WHY,
        package="next",
        versions=">=9.0.6 <13.4.20-canary.20",
        files=("dist/next-server/lib/loadable.js", "dist/shared/lib/loadable.js"),
        dead=("dist/esm/shared/lib/loadable.js",),
        harness="harness/loadable.cjs",
        held=(HeldSlot("LoadableSubscription", _SLOTS),),
        rewrites=_REWRITES,
        references=_REFERENCES,
    ),
    Rule(
        id="next/loadable-runtime",
        title=f"{_TITLE} (bundled runtime)",
        why=_WHY,
        package="next",
        versions=">=13.4.20-canary.20 <=16.5.0-canary.38",
        files=(
            "dist/compiled/next-server/pages.runtime.prod.js",
            "dist/compiled/next-server/pages-turbo.runtime.prod.js",
            "dist/compiled/next-server/pages.runtime.dev.js",
            "dist/compiled/next-server/pages-turbo.runtime.dev.js",
        ),
        dead=(
            "dist/shared/lib/loadable.shared-runtime.js",
            "dist/esm/shared/lib/loadable.shared-runtime.js",
        ),
        harness="harness/runtime.cjs",
        held=(HeldSlot(paths=_SLOTS, properties=frozenset({"_loadFn", "_opts", "_callbacks", "_res"})),),
        rewrites=_REWRITES,
        references=_REFERENCES,
    ),
)
