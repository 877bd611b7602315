"""A cached health check keeps the promise of its last run in its entry.

When the run has ended, its outcome takes the place of the promise: who finds the entry awaits what is there.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="@nestjs/terminus/cached-attempt",
    title="a cached health check keeps the promise of its last run",
    why="The request that finds no fresh result makes this promise, and the entry keeps it until another run.",
    package="@nestjs/terminus",
    versions=">=12.0.0 <=12.1.0",
    files=("dist/health-indicator/health-indicator.service.js",),
    harness="harness/cached_attempt.cjs",
    held=(HeldSlot("HealthIndicatorService", ("cache",)),),
    rewrites=(
        Rewrite(
            inside="async execute()",
            slot="$ENTRY.promise",
            find="""
                const $OUTCOME = await $ENTRY.promise;
                $ENTRY.expiresAt = $EXPIRES;
                $ENTRY.settled = true;
                return $RESULT;
            """,
            write="""
                const $OUTCOME = await $ENTRY.promise;
                $ENTRY.expiresAt = $EXPIRES;
                $ENTRY.settled = true;
                $ENTRY.promise = $OUTCOME;
                return $RESULT;
            """,
        ),
    ),
    program="""
        import { AsyncLocalStorage } from 'node:async_hooks'
        import { HealthIndicatorService } from '@nestjs/terminus'
        const storage = new AsyncLocalStorage()
        const health = new HealthIndicatorService()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => { health.check('own').attempt(async () => {}).cacheFor(60000).execute() })
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', health) }, 100)
    """,
)
