"""getProjectIdAsync keeps the promise of its look for the project.

The first request for the project makes it; the id itself is cached beside it. The rewrite forgets the promise when it
has settled: concurrent first callers share the look that is in flight, later ones get the id, and a failure, which the
original keeps for ever, is tried again.
"""

from patcher.model import Severity
from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="google-auth-library/project-id",
    title="the look for the project's id is memoized as a promise",
    why="The first request for the project's id makes this promise, and the GoogleAuth keeps it for ever.",
    package="google-auth-library",
    versions=">=8.5.1 <=11.3.4",
    files=("build/src/auth/googleauth.js",),
    harness="harness/project_id.cjs",
    held=(HeldSlot("GoogleAuth", ("_findProjectIdPromise",)),),
    severity=(("*", Severity.WARNING),),
    rewrites=(
        Rewrite(
            slot="this.$SLOT",
            find="""
                if (!this.$SLOT) { this.$SLOT = this.findAndCacheProjectId(); }
                return this.$SLOT;
            """,
            write="""
                if (!this.$SLOT) {
                    const pending = this.findAndCacheProjectId();
                    const forget = () => {
                        if (this.$SLOT === pending) this.$SLOT = null;
                    };
                    this.$SLOT = pending;
                    pending.then(forget, forget);
                }
                return this.$SLOT;
            """,
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { GoogleAuth } = require('google-auth-library')
        process.env.GOOGLE_CLOUD_PROJECT = 'x'
        const storage = new AsyncLocalStorage()
        const auth = new GoogleAuth()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => auth.getProjectId())
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', auth) }, 1000)
    """,
)
