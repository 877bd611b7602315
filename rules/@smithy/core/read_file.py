"""AWS clients keep the promise by which they read a file of settings, one for each file.

The text takes the place of the promise, and whoever asks gets a promise as before. A file that could not be read, as
on most servers, where there is none, is asked for again by the next client: the kept failure held the request as well.
The reader came here from @smithy/shared-ini-file-loader, whose rule writes the same.
"""

from patcher.catalogue.load import shared
from patcher.rule import HeldSlot, Rule

_SHARED = shared("settings_reader")

RULE = Rule(
    id="@smithy/core/read-file",
    title=_SHARED.TITLE,
    why=_SHARED.WHY,
    package="@smithy/core",
    versions=">=3.24.0 <=3.41.1",
    files=(
        "dist-cjs/submodules/config/index.js",
        "dist-es/submodules/config/shared-ini-file-loader/readFile.js",
    ),
    harness="harness/read_file.cjs",
    held=(HeldSlot("(config/index.js)", ("filePromises",)),),
    rewrites=_SHARED.REWRITES,
    program="""
        void [process.stdout, process.stderr, fetch('data:,')] // what Node makes once, and before Node 24 keeps
        const { AsyncLocalStorage } = require('node:async_hooks')
        const { loadSharedConfigFiles } = require('@smithy/core/config')
        const storage = new AsyncLocalStorage()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => { loadSharedConfigFiles() })
        store = undefined
        setTimeout(() => { gc(); setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed') }) }, 500)
    """,
)
