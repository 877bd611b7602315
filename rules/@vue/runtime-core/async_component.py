"""defineAsyncComponent keeps the promise of its load beside the component that came of it.

The first render of each lazy component on a server makes that promise, so one request is kept for each. Once the
component is there nothing needs the promise: it is forgotten, and a later load gets the component at once. A load that
gave nothing, or that failed, stays as it was, since vue itself forgets a failure when it has shown it.
"""

from patcher.rule import Rewrite, Rule

RULE = Rule(
    id="@vue/runtime-core/async-component",
    title="an async component keeps the promise of its load",
    why="The first server rendering of each lazy component makes this promise; the component keeps it for ever.",
    package="@vue/runtime-core",
    versions=">=3.0.0 <=3.5.45",
    files=(
        "dist/runtime-core.cjs.prod.js",
        "dist/runtime-core.cjs.js",
        "dist/runtime-core.esm-bundler.js",
    ),
    harness="harness/async_component.cjs",
    rebuild=True,
    rewrites=(
        Rewrite(
            inside="function defineAsyncComponent($SOURCE)",
            slot="$SLOT",
            find="""
                const load = () => {
                    let $THIS;
                    return $SLOT || ($THIS = $SLOT = $LOADER().catch($FAILED).then(($COMPONENT) => {
                        if ($THIS !== $SLOT && $SLOT) { return $SLOT; }
                        $$$BODY;
                        $RESOLVED = $COMPONENT;
                        return $COMPONENT;
                    }));
                };
            """,
            write="""
                const load = () => {
                    if ($RESOLVED) return Promise.resolve($RESOLVED);
                    let $THIS;
                    return $SLOT || ($THIS = $SLOT = $LOADER().catch($FAILED).then(($COMPONENT) => {
                        if ($THIS !== $SLOT && ($SLOT || $RESOLVED)) {
                            return $SLOT || $RESOLVED;
                        }
                        $$$BODY;
                        $RESOLVED = $COMPONENT;
                        if ($RESOLVED) $SLOT = null;
                        return $COMPONENT;
                    }));
                };
            """,
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { createSSRApp, defineAsyncComponent, h } = require('vue')
        const { renderToString } = require('vue/server-renderer')
        const storage = new AsyncLocalStorage()
        const Page = defineAsyncComponent(async () => ({ render: () => h('p') }))
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => { renderToString(createSSRApp(Page)) })
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', Page) }, 500)
    """,
)
