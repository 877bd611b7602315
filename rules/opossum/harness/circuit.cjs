'use strict'
// Calls of a circuit that coalesces them, lib/circuit.js.

const { EventEmitter } = require('node:events')
const { kept, macrotask } = require('harness/kept.cjs')
const { together, outcome, distinct, failures, said, failingFirst } = require('harness/calls.cjs')

class MemoryCache {
  constructor () { this.entries = new Map() }
  get (key) { return this.entries.get(key)?.value }
  set (key, value, expires) { this.entries.set(key, { value, expires }) }
  delete (key) { this.entries.delete(key) }
  flush () { this.entries.clear() }
}

class Status extends EventEmitter {
  constructor () { super(); this.stats = {} }
  increment () {}
  open () {}
  close () {}
  shutdown () {}
}

class Semaphore {
  test () { return true }
  take () { return Promise.resolve() }
  release () {}
}

const options = (more) => ({ coalesce: true, coalesceTTL: 60000, timeout: false, errorThresholdPercentage: 100, volumeThreshold: 99, ...more })

function made (CircuitBreaker, { failing = false, ...more } = {}) {
  const log = { calls: 0, hits: 0 }
  const work = async (id) => { await macrotask(); return { id } }
  const action = failing ? failingFirst(work, log) : (id) => { log.calls += 1; return work(id) }
  const circuit = new CircuitBreaker(action, options(more))
  circuit.on('coalesceCacheHit', () => { log.hits += 1 })
  return { circuit, log }
}

async function concurrent (CircuitBreaker, more) {
  const { circuit, log } = made(CircuitBreaker, more)
  const outcomes = await together(() => circuit.fire('a'))
  await macrotask()
  const next = await outcome(() => circuit.fire('a'))
  const same = next.value !== undefined && next.value === outcomes[0].value
  const other = await outcome(() => circuit.fire('b'))
  return { failures: failures(outcomes), distinct: distinct(outcomes), next: said(next), same, other: said(other), ...log }
}

async function emptied (CircuitBreaker) {
  const { circuit, log } = made(CircuitBreaker)
  const pending = circuit.fire('a')
  circuit.clearCache()
  const [first, second] = [await pending, await circuit.fire('a')]
  circuit.clearCache()
  await circuit.fire('a')
  return { another: first !== second, ...log }
}

async function keptBy (CircuitBreaker) {
  const { circuit } = made(CircuitBreaker)
  const first = await kept(async () => { await circuit.fire('a') })
  const again = await circuit.fire('a')
  return { fire: { ...first, held: again.id === 'a' }, ...await keptFailures(CircuitBreaker) }
}

// A failure as a request makes it: in the callback of a timer, which its frames hold until its stack is read.
const failingIn = (wrap) => () => new Promise((resolve, reject) => { setImmediate(function () { reject(wrap(new Error('made'))) }) })
const failing = {
  fails: { action: failingIn((error) => error) },
  caused: { action: failingIn((cause) => Object.assign(new Error('caused'), { cause })) },
  gathered: { action: failingIn((error) => new AggregateError([error, new Error('other')], 'gathered')) },
  timesOut: { action: () => new Promise(() => {}), timeout: 5 }
}

async function keptFailures (CircuitBreaker) {
  const found = {}
  for (const [name, { action, ...more }] of Object.entries(failing)) {
    const circuit = new CircuitBreaker(action, options(more))
    const first = await kept(async () => { await circuit.fire('a').catch(() => {}) })
    const again = await outcome(() => circuit.fire('a'))
    found[name] = { ...first, held: again.rejected !== undefined }
  }
  return found
}

module.exports = {
  modules: { './cache': MemoryCache, './status': Status, './semaphore': Semaphore },
  facts: async (CircuitBreaker) => ({
    concurrent: await concurrent(CircuitBreaker),
    fails: await concurrent(CircuitBreaker, { failing: true }),
    failsAndForgets: await concurrent(CircuitBreaker, { failing: true, coalesceResetOn: ['error'] }),
    succeedsAndForgets: await concurrent(CircuitBreaker, { coalesceResetOn: ['success'] }),
    emptied: await emptied(CircuitBreaker),
    kept: await keptBy(CircuitBreaker)
  })
}
