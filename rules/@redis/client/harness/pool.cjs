'use strict'
// A pool of stand-ins for clients: many users at once, connections that fail, the clean-up, what a first use leaves behind.

const EventEmitter = require('node:events')
const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said } = require('harness/calls.cjs')
const { evaluate, lenient } = require('harness/modules.cjs')

class List {
  #nodes = []
  get length () { return this.#nodes.length }
  push (value) { const node = { value }; this.#nodes.push(node); return node }
  shift () { return this.#nodes.shift()?.value }
  remove (node) { this.#nodes = this.#nodes.filter((each) => each !== node) }
  reset () { this.#nodes = [] }
  * [Symbol.iterator] () { for (const { value } of this.#nodes) yield value }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

function pooled (open, { failing = 0, handle = false, ...options } = {}) {
  const log = { made: 0, destroyed: 0 }
  class Client extends EventEmitter {
    number = ++log.made
    _setIdentity () {}
    _clientId = 'one'
    async connect () {
      if (handle) this.socket = setInterval(() => {}, 1e6).unref()
      await macrotask()
      if (this.number <= failing) throw new Error('refused')
      return this
    }

    destroy () { log.destroyed += 1; clearInterval(this.socket) }
  }
  const RedisClientPool = open({ factory: () => () => new Client() })
  return { log, pool: new RedisClientPool({}, { minimum: 0, maximum: 3, acquireTimeout: 0, cleanupDelay: 1e6, ...options }) }
}

const use = (pool) => pool.execute(async (client) => { await macrotask(); return client.number })

async function concurrent (open, options) {
  const { pool, log } = pooled(open, options)
  await pool.connect()
  const outcomes = await together(() => use(pool))
  const next = await outcome(() => use(pool))
  return { failures: failures(outcomes), numbers: new Set(outcomes.map(({ value }) => value)).size, next: said(next), total: pool.totalClients, idle: pool.idleClients, ...log }
}

async function cleaned (open) {
  const { pool, log } = pooled(open, { cleanupDelay: 5 })
  await pool.connect()
  await use(pool)
  for (let round = 0; round < 100 && log.destroyed === 0; round++) await pause(5)
  return { ...log, total: pool.totalClients }
}

async function keptBy (open, options) {
  const { pool } = pooled(open, options)
  await pool.connect()
  const found = await kept(async () => { await use(pool) })
  return { ...found, held: pool.idleClients === 1 }
}

module.exports = {
  open: (source, file) => ({
    subject: (client) => {
      const all = lenient({ DoublyLinkedList: List, SinglyLinkedList: List, publish () {}, trace: (_, call) => call(), default: client })
      const { exports } = evaluate(source, file, { surrounding: () => all, modules: { '.': { __esModule: true, default: client }, '../single-entry-cache': { __esModule: true, default: class {} }, './cache': { PooledClientSideCacheProvider: class {}, BasicPooledClientSideCache: class {} } } })
      return exports.RedisClientPool
    },
    texts: { source }
  }),
  expected: nothingKept,
  facts: async (open) => ({
    concurrent: await concurrent(open),
    failing: await concurrent(open, { failing: 1 }),
    cleaned: await cleaned(open),
    kept: { connection: await keptBy(open, { handle: true, minimum: 0 }), timer: await keptBy(open, {}) }
  })
}
