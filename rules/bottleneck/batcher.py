"""A Batcher keeps the handle of its last timer, and the promise of a batch that nobody has asked for yet.

The timer fires in the context of the request that began the batch, and there the promise of the next batch is made. The
handle is forgotten when the batch is flushed, and the next promise is made by who adds to it.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="bottleneck/batcher",
    title="a batcher keeps its last timer and a promise made ahead",
    why="The request that begins a batch starts its timer. The batcher keeps both until the next batch is flushed.",
    package="bottleneck",
    versions=">=2.12.1 <=2.19.5",
    files=("lib/Batcher.js", "light.js"),
    dead=("bottleneck.js", "bottleneck.min.js"),
    harness="harness/batcher.cjs",
    held=(HeldSlot("Batcher", ("_timeout", "_promise", "_resolve")),),
    rewrites=(
        Rewrite(
            inside="_flush()",
            slot="this._timeout",
            keeps="timer",
            find="""
                clearTimeout(this._timeout);
                this._lastFlush = Date.now();
                this._resolve();
                this.Events.trigger($$$EVENT);
                this._arr = [];
                return this._resetPromise();
            """,
            write="""
                clearTimeout(this._timeout);
                this._timeout = null;
                this._lastFlush = Date.now();
                this._resolve();
                this.Events.trigger($$$EVENT);
                this._arr = [];
                this._promise = this._resolve = null;
            """,
        ),
        Rewrite(
            inside="add($DATA)",
            find="""
                var $RESULT;
                this._arr.push($ITEM);
                $RESULT = this._promise;
            """,
            write="""
                var $RESULT;
                if (!this._promise) this._resetPromise();
                this._arr.push($ITEM);
                $RESULT = this._promise;
            """,
        ),
    ),
    program="""
        const { AsyncLocalStorage } = require('node:async_hooks')
        const Bottleneck = require('bottleneck')
        const storage = new AsyncLocalStorage()
        const batcher = new Bottleneck.Batcher({ maxTime: 10, maxSize: 100 })
        let store = { request: {} }
        const seen = new WeakRef(store)
        storage.run(store, () => batcher.add('item'))
        store = undefined
        setTimeout(() => { gc(); console.log(seen.deref() ? 'kept' : 'freed', batcher) }, 200)
    """,
)
