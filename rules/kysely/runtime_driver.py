"""RuntimeDriver keeps the promise of its driver's start: the slot is emptied on failure only.

The first query makes it. Afterwards `init` and `destroy` only ask whether there is something in the slot and await it,
so `true` does as well.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="kysely/runtime-driver",
    title="the start of the driver is memoized as a promise",
    why="The first request that queries the database makes this promise, and the driver keeps it for ever.",
    package="kysely",
    versions=">=0.20.0 <=0.28.19",
    files=("dist/cjs/driver/runtime-driver.js", "dist/esm/driver/runtime-driver.js"),
    harness="harness/runtime_driver.cjs",
    held=(HeldSlot("RuntimeDriver", ("#initPromise",)),),
    rewrites=(
        Rewrite(
            inside="async init()",
            slot="this.#initPromise",
            find="""
                if (!this.#initPromise) {
                    this.#initPromise = $START.then(() => {
                        this.#initDone = true;
                    }).catch(($ERROR) => {
                        this.#initPromise = undefined;
                        return Promise.reject($ERROR);
                    });
                }
            """,
            write="""
                if (!this.#initPromise) {
                    this.#initPromise = $START.then(() => {
                        this.#initDone = true;
                        this.#initPromise = true;
                    }).catch(($ERROR) => {
                        this.#initPromise = undefined;
                        return Promise.reject($ERROR);
                    });
                }
            """,
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { DummyDriver, Kysely, SqliteAdapter, SqliteQueryCompiler } = require('kysely')
        const storage = new AsyncLocalStorage()
        const dialect = { createAdapter: () => new SqliteAdapter(), createDriver: () => new DummyDriver() }
        const db = new Kysely({ dialect: { ...dialect, createQueryCompiler: () => new SqliteQueryCompiler() } })
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => db.selectFrom('a').selectAll().execute())
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', typeof db) }, 100)
    """,
)
