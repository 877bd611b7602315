'use strict'
// getConnection of a pool of stand-ins: many at once, connections that are refused, and what each caller sees.

const { AsyncLocalStorage } = require('node:async_hooks')
const { kept, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said } = require('harness/calls.cjs')
const { evaluate, lenient } = require('harness/modules.cjs')

class Queue {
  constructor () { this.items = [] }
  get length () { return this.items.length }
  push (item) { return this.items.push(item) }
  pop () { return this.items.pop() }
  shift () { return this.items.shift() }
  get (at) { return this.items[at] }
  isEmpty () { return this.items.length === 0 }
  removeOne (at) { this.items.splice(at, 1) }
}

// As older connections do, this one keeps the function that it calls when it is there.
class PoolConnection {
  constructor (pool, { config }) {
    const { connectionConfig } = pool.config
    Object.assign(this, { _pool: pool, config, number: ++connectionConfig.made, connected: undefined })
    if (connectionConfig.handle) this.stream = setInterval(() => {}, 1e6).unref()
  }

  connect (done) {
    this.connected = done
    const { failing } = this._pool.config.connectionConfig
    setImmediate(() => this.connected(this.number <= failing ? new Error('refused') : null))
  }
}

const tracing = lenient({ traceCallback: (channel, call, position, context, self, ...given) => call.apply(self, given) })
const modules = { denque: Queue, '../ring_queue.js': Queue, './ring_queue.js': Queue, './pool_connection.js': PoolConnection, '../pool_connection.js': PoolConnection, '../tracing.js': tracing, './tracing.js': tracing }

function pooled (Pool, { failing = 0, handle = false, ...options } = {}) {
  const connectionConfig = { made: 0, failing, handle }
  const pool = new Pool({ config: { connectionConfig, connectionLimit: 3, maxIdle: 100, waitForConnections: true, queueLimit: 0, ...options } })
  const events = []
  for (const name of ['connection', 'acquire', 'enqueue', 'release']) pool.on(name, () => { events.push(name) })
  return { pool, events, connectionConfig }
}

const connected = (pool) => new Promise((resolve, reject) => {
  pool.getConnection((error, connection) => { if (error) reject(error); else resolve(connection) })
})

async function use (pool) {
  const connection = await connected(pool)
  await new Promise(setImmediate)
  pool.releaseConnection(connection)
  return connection.number
}

async function concurrent (Pool, options) {
  const { pool, events, connectionConfig } = pooled(Pool, { connectionLimit: 20, ...options })
  const outcomes = await together(() => use(pool))
  const next = await outcome(() => use(pool))
  return { failures: failures(outcomes), reasons: [...new Set(outcomes.map(said))], numbers: outcomes.map(({ value }) => value ?? null), next: said(next), made: connectionConfig.made, events }
}

async function waiting (Pool) {
  const { pool, connectionConfig } = pooled(Pool)
  const outcomes = await together(() => use(pool))
  return { failures: failures(outcomes), made: connectionConfig.made }
}

async function closed (Pool) {
  const { pool } = pooled(Pool)
  const first = outcome(() => connected(pool))
  pool._closed = true
  return [said(await first), said(await outcome(() => connected(pool)))]
}

async function stores (Pool, options) {
  const storage = new AsyncLocalStorage()
  const { pool } = pooled(Pool, options)
  const asked = (number) => storage.run(number, () => new Promise((resolve) => {
    pool.getConnection((error) => { resolve([number, storage.getStore(), error?.message ?? null]) })
  }))
  return Promise.all([1, 2].map(asked))
}

async function keptBy (Pool) {
  const { pool } = pooled(Pool, { handle: true })
  const found = await kept(async () => { await use(pool) })
  return { ...found, held: pool._freeConnections.length === 1 }
}

module.exports = {
  open: (source, file) => ({ subject: evaluate(source, file, { modules }).exports, texts: { source } }),
  expected: nothingKept,
  facts: async (Pool) => ({
    concurrent: await concurrent(Pool),
    refused: await concurrent(Pool, { failing: 2 }),
    waiting: await waiting(Pool),
    closed: await closed(Pool),
    stores: await stores(Pool),
    storesRefused: await stores(Pool, { failing: 2 }),
    kept: { connection: await keptBy(Pool) }
  })
}
