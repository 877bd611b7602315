'use strict'
// What outlives a drive: the promises and timers made while it ran, and the store that it ran under.

const { AsyncLocalStorage, createHook } = require('node:async_hooks')
const { setFlagsFromString } = require('node:v8')
const { runInNewContext } = require('node:vm')

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')
const KINDS = { PROMISE: 'promises', Timeout: 'timers', Immediate: 'timers' }

const macrotask = () => new Promise((resolve) => setImmediate(resolve))

async function collected () {
  for (let round = 0; round < 3; round++) {
    await macrotask()
    collectGarbage()
  }
}

function runUnderStore (drive, storage) {
  const store = { request: {} }
  return { done: storage.run(store, drive), store: new WeakRef(store) }
}

async function settled (drive, storage, seen) {
  const hook = createHook({
    init (_, type, __, resource) {
      if (KINDS[type] && storage.getStore()) seen.push({ kind: KINDS[type], reference: new WeakRef(resource) })
    }
  }).enable()
  const { done, store } = runUnderStore(drive, storage)
  await done
  hook.disable()
  return store
}

/**
 * Runs the async function `drive` as a request and collects garbage. Its result is dropped, so what is alive
 * afterwards is held by what the caller holds.
 *
 * Returns { promises, timers, store }: how many promises and timers are alive, and whether the store is.
 */
async function kept (drive) {
  const storage = new AsyncLocalStorage()
  const seen = []
  const store = await settled(drive, storage, seen)
  await collected()
  const alive = seen.filter((item) => item.reference.deref() !== undefined)
  const count = (kind) => alive.filter((item) => item.kind === kind).length
  return { promises: count('promises'), timers: count('timers'), store: store.deref() !== undefined }
}

const NOTHING = { promises: 0, timers: 0, store: false, held: true }

/** The facts of a good rewrite: those of the original, but what the changed functions kept is gone. */
function nothingKept (original, { changed }) {
  const gone = ([name, found]) => [name, changed.includes(name) || changed.includes('source') ? NOTHING : found]
  return { ...original, kept: Object.fromEntries(Object.entries(original.kept).map(gone)) }
}

module.exports = { kept, macrotask, nothingKept, NOTHING }
