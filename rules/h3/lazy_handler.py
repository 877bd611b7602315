"""A lazy event handler keeps the promise of its module beside the handler that came of it: one request a lazy route.

The resolved handler is what later requests use, so the promise is forgotten when it has settled. A load that failed is
tried again by the next request, where the original answers every later one with the first failure.
"""

from patcher.rule import Rewrite, Rule

_WHY = (
    "The first request of each lazy route loads its handler. The route keeps the promise of that load beside the "
    "handler, for ever: one request for each lazy route of an app."
)

RULES = (
    Rule(
        id="h3/lazy-handler",
        title="a lazy handler keeps the promise of its load",
        why=_WHY,
        package="h3",
        versions=">=0.8.0 <1.0.0 || >=1.0.1 <2.0.0-0",
        files=("dist/index.cjs", "dist/index.mjs"),
        harness="harness/lazy_handler.cjs",
        rewrites=(
            Rewrite(
                slot="$SLOT",
                find="""
                    if (!$SLOT) {
                        $SLOT = Promise.resolve($FACTORY()).then(($RESULT) => { $$$BODY; return $HANDLER; });
                    }
                    return $SLOT;
                """,
                write="""
                    if (!$SLOT) {
                        const pending = Promise.resolve($FACTORY()).then(($RESULT) => {
                            $$$BODY;
                            return $HANDLER;
                        });
                        const forget = () => {
                            $SLOT = undefined;
                        };
                        $SLOT = pending;
                        pending.then(forget, forget);
                        return pending;
                    }
                    return $SLOT;
                """,
            ),
        ),
        program="""
            const { AsyncLocalStorage } = require('node:async_hooks')
            const { lazyEventHandler } = require('h3')
            const storage = new AsyncLocalStorage()
            const handler = lazyEventHandler(async () => () => 'page')
            let store = { request: {} }
            const seen = new WeakRef(store)
            storage.run(store, () => handler.__resolve__())
            store = undefined
            setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', handler) }, 100)
        """,
    ),
    Rule(
        id="h3/lazy-handler-2",
        title="a lazy handler keeps the promise of its load",
        why=_WHY,
        package="h3",
        versions=">=2.0.1 <=2.0.8",
        files=("dist/cache.mjs",),
        harness="harness/lazy_handler.cjs",
        rewrites=(
            Rewrite(
                slot="$SLOT",
                find="""
                    return $HANDLER ? $HANDLER($EVENT) : ($SLOT ??= Promise.resolve($LOADER()).then(
                        function resolveLazyHandler($RESULT) { $$$BODY; return $HANDLER; }
                    )).then(($LOADED) => $LOADED($EVENT));
                """,
                write="""
                    if ($HANDLER) return $HANDLER($EVENT);
                    if (!$SLOT) {
                        $SLOT = Promise.resolve($LOADER()).then(function resolveLazyHandler($RESULT) {
                            $$$BODY;
                            return $HANDLER;
                        });
                        const forget = () => {
                            $SLOT = undefined;
                        };
                        $SLOT.then(forget, forget);
                    }
                    return $SLOT.then(($LOADED) => $LOADED($EVENT));
                """,
            ),
        ),
        program="""
            import { AsyncLocalStorage } from 'node:async_hooks'
            import { H3, defineLazyEventHandler } from 'h3'
            const storage = new AsyncLocalStorage()
            const handler = defineLazyEventHandler(async () => () => 'page')
            const app = new H3().get('/', handler)
            let store = { request: {} }
            const seen = new WeakRef(store)
            storage.run(store, () => { app.request('/') })
            store = undefined
            setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', handler) }, 500)
        """,
    ),
)
