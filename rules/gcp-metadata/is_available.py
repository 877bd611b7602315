"""isAvailable keeps the promise of whether this machine is Google's.

The first look for credentials makes it. The answer takes its place, and in the older releases, where the promise fails
outside of Google's machines, the outcome does. An error holds the frames that made it, and what they ran on, until its
stack is read: a timer, a socket, so the request; that of an HTTP client holds the whole exchange. So what isAvailable
reads of the failure is kept, and with DEBUG_AUTH printed for later callers. Before 4.1.0 a failure that nobody expects
is thrown to every caller: there the error itself stays, with its stack read and those of its causes.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

_ANSWER = Rewrite(
    inside="async function isAvailable()",
    slot="$SLOT",
    versions=">=8.1.3",
    find="""
        if ($SLOT === undefined) {
            $SLOT = (async () => { $$$BODY; })();
        }
        return await $SLOT;
    """,
    write="""
        if ($SLOT === undefined) {
            const pending = (async () => {
                $$$BODY;
            })();
            $SLOT = pending;
            pending.then((available) => {
                if ($SLOT === pending) $SLOT = available;
            }, () => {});
        }
        return await $SLOT;
    """,
)

# These answer false whatever the failure, and read no more of it than is kept here.
_ANSWERED_FAILURE = Rewrite(
    inside="async function isAvailable()",
    slot="$SLOT",
    versions=">=4.1.0 <8.1.3",
    find="""
        if ($SLOT === undefined) {
            $SLOT = metadataAccessor($TYPE, $OPTIONS, $RETRIES, $FAST_FAIL);
        }
        await $SLOT;
        return true;
    """,
    write="""
        if ($SLOT === undefined) {
            const pending = metadataAccessor($TYPE, $OPTIONS, $RETRIES, $FAST_FAIL);
            $SLOT = pending;
            pending.then(() => {
                if ($SLOT === pending) $SLOT = { failed: false };
            }, ({ message, code, type, stack, response }) => {
                const error = { message, code, type, stack, response: response && { status: response.status } };
                if ($SLOT === pending) $SLOT = { failed: true, error };
            });
        }
        if ($SLOT.failed) throw $SLOT.error;
        await $SLOT;
        return true;
    """,
)

# These throw the failure, to every caller the same one.
_THROWN_FAILURE = Rewrite(
    inside="async function isAvailable()",
    slot="$SLOT",
    versions="<4.1.0",
    find="""
        if ($SLOT === undefined) {
            $SLOT = metadataAccessor($TYPE, $OPTIONS, $RETRIES, true);
        }
        await $SLOT;
        return true;
    """,
    write="""
        if ($SLOT === undefined) {
            const pending = metadataAccessor($TYPE, $OPTIONS, $RETRIES, true);
            $SLOT = pending;
            pending.then(() => {
                if ($SLOT === pending) $SLOT = { failed: false };
            }, (error) => {
                const errors = new Set([error]);
                for (const each of errors) {
                    if (!(each instanceof Error)) continue;
                    void each.stack;
                    for (const inner of [each.cause].concat(each.errors)) errors.add(inner);
                }
                if ($SLOT === pending) $SLOT = { failed: true, error };
            });
        }
        if ($SLOT.failed) throw $SLOT.error;
        await $SLOT;
        return true;
    """,
)

RULE = Rule(
    id="gcp-metadata/is-available",
    title="whether this is a machine of Google is memoized as a promise",
    why="The first request that needs Google credentials makes this promise, and the module keeps it for ever.",
    package="gcp-metadata",
    versions=">=3.3.0 <=9.2.3",
    files=("build/src/index.js",),
    harness="harness/is_available.cjs",
    held=(HeldSlot("(src/index.js)", ("cachedIsAvailableResponse",)),),
    rewrites=(_ANSWER, _ANSWERED_FAILURE, _THROWN_FAILURE),
    program="""
        void [process.stdout, process.stderr, fetch('data:,')] // what Node makes once, and before Node 24 keeps
        process.env.GCE_METADATA_HOST = '127.0.0.1:1'
        const { AsyncLocalStorage } = require('node:async_hooks')
        const metadata = require('gcp-metadata')
        const storage = new AsyncLocalStorage()
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => metadata.isAvailable().catch(() => {}))
        store = undefined
        setTimeout(() => { gc(); setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed') }) }, 2000)
    """,
)
