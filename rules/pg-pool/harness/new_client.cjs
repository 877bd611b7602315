'use strict'
// A pool of stand-ins for pg's client: many users at once, connections that fail, come too late or are too old.

const EventEmitter = require('node:events')
const { AsyncLocalStorage } = require('node:async_hooks')
const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said } = require('harness/calls.cjs')

const ignored = () => {}
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

function pooled (Pool, { failing = 0, never = false, handle = false, ...options } = {}) {
  const log = { made: 0, ended: 0, events: [] }
  class Client extends EventEmitter {
    constructor () {
      super()
      this._queryable = true
      this.number = ++log.made
      this.connection = { stream: { destroy: () => this.give(new Error('destroyed')) } }
    }

    connect (done) {
      this.give = (error) => { this.give = ignored; done(error) }
      if (handle) this.socket = setInterval(() => {}, 1e6).unref()
      if (!never) setImmediate(() => this.give(this.number <= failing ? new Error('refused') : undefined))
    }

    isConnected () { return true }
    ref () {}
    unref () {}
    query (text, values, done) { setImmediate(done, undefined, { text }) }
    end (done) { log.ended += 1; clearInterval(this.socket); setImmediate(() => { this.emit('end'); if (done) done() }) }
  }
  const pool = new Pool({ Client, max: 3, idleTimeoutMillis: 0, ...options })
  for (const name of ['connect', 'acquire', 'remove', 'error']) pool.on(name, () => { log.events.push(name) })
  return { pool, log }
}

const counts = (pool) => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount })

async function use (pool) {
  const client = await pool.connect()
  await macrotask()
  client.release()
  return client.number
}

async function concurrent (Pool, options) {
  const { pool, log } = pooled(Pool, options)
  const outcomes = await together(() => use(pool))
  const next = await outcome(() => use(pool))
  const found = { failures: failures(outcomes), reasons: [...new Set(outcomes.map(said))], numbers: new Set(outcomes.map(({ value }) => value)).size, next: said(next), ...counts(pool) }
  await pool.end()
  return { ...found, made: log.made, ended: log.ended, events: log.events.length }
}

// What each caller sees of its own store, when its connection is there or cannot be had.
async function stores (Pool, options) {
  const storage = new AsyncLocalStorage()
  const { pool } = pooled(Pool, options)
  const asked = (number) => storage.run(number, () => new Promise((resolve) => {
    pool.connect((error, client, release) => { resolve([number, storage.getStore(), error?.message ?? null]); release() })
  }))
  return Promise.all([1, 2].map(asked))
}

// Two that wait for one connection: as published the second is called as if it were the first.
async function queued (Pool) {
  const storage = new AsyncLocalStorage()
  const { pool } = pooled(Pool, { max: 1 })
  const asked = (number) => storage.run(number, async () => new Promise((resolve) => {
    pool.connect((error, client, release) => { release(error); resolve([number, storage.getStore()]) })
  }))
  return Promise.all([1, 2].map(asked))
}

async function late (Pool) {
  const { pool, log } = pooled(Pool, { never: true, connectionTimeoutMillis: 5 })
  const found = await outcome(() => pool.connect())
  return { said: said(found), ...counts(pool), made: log.made }
}

async function old (Pool) {
  const { pool, log } = pooled(Pool, { maxLifetimeSeconds: 0.02 })
  const first = await use(pool)
  await pause(60)
  return { first, next: await use(pool), ...counts(pool), ended: log.ended }
}

async function idle (Pool) {
  const { pool, log } = pooled(Pool, { idleTimeoutMillis: 5 })
  await use(pool)
  for (let round = 0; round < 100 && log.ended === 0; round++) await pause(5)
  return { ...counts(pool), ended: log.ended }
}

async function keptBy (Pool, options) {
  const { pool } = pooled(Pool, options)
  const found = await kept(async () => { await use(pool) })
  return { ...found, held: pool.idleCount === 1 }
}

module.exports = {
  // Each is called in the context in which it asked.
  expected: (original, change) => ({ ...nothingKept(original, change), queued: [[1, 1], [2, 2]] }),
  facts: async (exports) => {
    const Pool = exports.default ?? exports
    return {
      concurrent: await concurrent(Pool),
      failing: await concurrent(Pool, { failing: 2 }),
      query: (await pooled(Pool).pool.query('select 1')).text,
      stores: await stores(Pool),
      refused: await stores(Pool, { failing: 2 }),
      queued: await queued(Pool),
      late: await late(Pool),
      old: await old(Pool),
      idle: await idle(Pool),
      kept: {
        connection: await keptBy(Pool, { handle: true }),
        lifetime: await keptBy(Pool, { maxLifetimeSeconds: 1e5 }),
        idle: await keptBy(Pool, { idleTimeoutMillis: 1e6 })
      }
    }
  }
}
