"""RuntimeDriver.init keeps the promise of its driver's initialization.

The first query of a Kysely instance makes it; only a failure empties the slot. What is awaited later is that the
driver is ready, so the rewrite leaves `true` in the slot once it is: `destroy` awaits that as it awaited the promise.
"""

from patcher.model import Severity
from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="kysely/driver-init",
    title="the initialization of the driver is memoized as a promise",
    why="The first query makes this promise, and the driver keeps it as long as the Kysely instance lives.",
    package="kysely",
    versions=">=0.7.0 <=0.29.9",
    files=(
        "dist/driver/runtime-driver.js",
        "dist/cjs/driver/runtime-driver.js",
        "dist/esm/driver/runtime-driver.js",
    ),
    harness="harness/runtime_driver.cjs",
    held=(HeldSlot("RuntimeDriver", ("#initPromise",)),),
    severity=(("*", Severity.WARNING),),
    rewrites=(
        Rewrite(
            inside="async init()",
            versions="<0.29.0",
            slot="this.#initPromise",
            find="""
                if (!this.#initPromise) {
                    this.#initPromise = $SOURCE;
                }
                await this.#initPromise;
            """,
            write="""
                if (this.#initPromise !== true) {
                    this.#initPromise = this.#initPromise || $SOURCE;
                    await this.#initPromise;
                    this.#initPromise = true;
                }
            """,
        ),
        Rewrite(
            inside="async init($$$_)",
            versions=">=0.29.0",
            slot="this.#initPromise",
            find="""
                this.#initPromise ??= $SOURCE;
                await waitOrAbort(this.#initPromise, $$$HOW);
            """,
            write="""
                if (this.#initPromise !== true) {
                    this.#initPromise = this.#initPromise || $SOURCE;
                    await waitOrAbort(this.#initPromise, $$$HOW);
                    this.#initPromise = true;
                }
            """,
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require("node:async_hooks");
        const { Kysely, SqliteAdapter, SqliteQueryCompiler, DummyDriver, SqliteIntrospector } = require("kysely");
        const storage = new AsyncLocalStorage();
        const db = new Kysely({ dialect: {
            createAdapter: () => new SqliteAdapter(), createDriver: () => new DummyDriver(),
            createIntrospector: (db) => new SqliteIntrospector(db),
            createQueryCompiler: () => new SqliteQueryCompiler(),
        } });
        let request = { url: "/" };
        const kept = new WeakRef(request);
        storage.run(request, () => db.selectFrom("pets").selectAll().execute());
        request = undefined;
        setTimeout(() => { gc(); console.log(kept.deref() ? "kept" : "freed"); }, 100);
    """,
)
