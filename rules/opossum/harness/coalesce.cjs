'use strict'
// fire() with coalesce: one call a key in flight, hits afterwards, failures, entries that are over.

const { EventEmitter } = require('node:events')
const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { lenient } = require('harness/modules.cjs')
const { together, outcome, distinct, failures, said } = require('harness/calls.cjs')

// As opossum's own cache: entries with a time, given again until then.
class Cache {
  constructor () { this.cache = new Map() }

  get (key) {
    const entry = this.cache.get(key)
    return entry && (entry.expires === 0 || entry.expires > Date.now()) ? entry.value : undefined
  }

  set (key, value, expires) { this.cache.set(key, { value, expires }) }
  delete (key) { this.cache.delete(key) }
  flush () { this.cache.clear() }
}

class Status extends EventEmitter {
  constructor () {
    super()
    this.stats = { fires: 0, failures: 0, latencyTimes: [] }
    return lenient(this)
  }
}

class Semaphore {
  constructor (count) { this.count = count }
  test () { return true }
  take () { return Promise.resolve() }
  release () {}
}

function breaker (CircuitBreaker, fails, ttl) {
  const log = { calls: 0, hits: 0 }
  const made = new CircuitBreaker(async (key) => {
    log.calls += 1
    await macrotask()
    if (fails) throw new Error(`no ${key}`)
    return { key }
  }, { coalesce: true, coalesceTTL: ttl, timeout: false, rollingPercentilesEnabled: false, volumeThreshold: 1000, errorThresholdPercentage: 100 })
  made.on('coalesceCacheHit', () => { log.hits += 1 })
  return { log, breaker: made }
}

async function scenario (CircuitBreaker, fails, ttl) {
  const { log, breaker: made } = breaker(CircuitBreaker, fails, ttl)
  const outcomes = await together(() => made.fire('a'))
  await macrotask()
  const again = await outcome(() => made.fire('a'))
  const other = await outcome(() => made.fire('b'))
  const promised = made.fire('a') instanceof Promise
  made.clearCache()
  const cleared = await outcome(() => made.fire('a'))
  made.shutdown()
  return { failures: failures(outcomes), distinct: distinct(outcomes), reasons: [...new Set(outcomes.map(said))], again: said(again), same: again.value === outcomes[0].value, other: said(other), cleared: said(cleared), promised, calls: log.calls, hits: log.hits }
}

async function keptBy (CircuitBreaker, fails) {
  const { breaker: made } = breaker(CircuitBreaker, fails, 60_000)
  const found = await kept(async () => { await made.fire('a').catch(() => {}); await macrotask() })
  made.shutdown()
  return { ...found, held: made !== undefined }
}

module.exports = {
  modules: { './status': Status, './semaphore': Semaphore, './cache': Cache },
  expected: nothingKept,
  facts: async (CircuitBreaker) => ({
    succeeds: await scenario(CircuitBreaker, false, 60_000),
    fails: await scenario(CircuitBreaker, true, 60_000),
    forever: await scenario(CircuitBreaker, false, 0),
    kept: { succeeds: await keptBy(CircuitBreaker, false), fails: await keptBy(CircuitBreaker, true) }
  })
}
