'use strict'
// Pool: used by many at once, a creation that fails, a resource that is reaped, and what a first use leaves behind.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { CONCURRENT } = require('harness/calls.cjs')

class PendingOperation {
  constructor () {
    this.isRejected = false
    this.promise = new Promise((resolve, reject) => Object.assign(this, { resolve, reject: (error) => { this.isRejected = true; reject(error) } }))
  }
}

class Resource {
  constructor (resource) { Object.assign(this, { resource, timestamp: Date.now() }) }
  resolve () { return new Resource(this.resource) }
  settle () {}
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const utils = {
  delay: pause,
  now: () => Date.now(),
  duration: (from, to) => Math.abs(to - from),
  checkOptionalTime: () => true,
  reflect: (promise) => promise.then((value) => ({ value }), (error) => ({ error })),
  tryPromise: async (call) => call()
}

function pooled (Pool, { handle = () => null, failing = 0, ...options } = {}) {
  const log = { created: 0, destroyed: 0, self: false }
  const create = async () => {
    const number = ++log.created
    await macrotask()
    if (number <= failing) throw new Error('no connection')
    return { number, handle: handle() }
  }
  const pool = new Pool({ create, destroy: () => { log.destroyed += 1 }, min: 0, max: 3, reapIntervalMillis: 5, idleTimeoutMillis: 60000, createRetryIntervalMillis: 1, ...options })
  return { pool, log }
}

async function use (pool) {
  const resource = await pool.acquire().promise
  await macrotask()
  pool.release(resource)
  return resource.number
}

async function concurrent (Pool) {
  const { pool, log } = pooled(Pool)
  const numbers = await Promise.all(Array.from({ length: CONCURRENT }, () => use(pool)))
  const again = await use(pool)
  return { distinct: new Set(numbers).size, again: numbers.includes(again), free: pool.numFree(), used: pool.numUsed(), ...log }
}

async function failing (Pool) {
  const { pool, log } = pooled(Pool, { failing: 2, max: 1 })
  return { number: await use(pool), ...log }
}

async function reaped (Pool) {
  const { pool, log } = pooled(Pool, { idleTimeoutMillis: 1 })
  await use(pool)
  for (let round = 0; round < 100 && log.destroyed === 0; round++) await pause(5)
  return { free: pool.numFree(), ...log }
}

// A pool that still reaps, and one that only has a connection, which is a live handle as a socket is.
async function keptBy (Pool, { handle, reaping }) {
  const { pool } = pooled(Pool, { handle })
  const found = await kept(async () => {
    await use(pool)
    if (!reaping) pool._stopReaping()
  })
  return { ...found, held: pool.numFree() === 1 }
}

module.exports = {
  modules: { './PendingOperation': { PendingOperation }, './Resource': { Resource }, './utils': utils },
  facts: async ({ Pool }) => ({
    concurrent: await concurrent(Pool),
    failing: await failing(Pool),
    reaped: await reaped(Pool),
    kept: {
      interval: await keptBy(Pool, { reaping: true }),
      connection: await keptBy(Pool, { handle: () => setInterval(() => {}, 1e6).unref(), reaping: false })
    }
  }),
  expected: nothingKept
}
