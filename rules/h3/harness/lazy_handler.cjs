'use strict'
// defineLazyEventHandler: concurrent first requests of a lazy route, a load that fails, what the route keeps.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said, failingFirst } = require('harness/calls.cjs')

const EVENT = { path: '/', context: {}, node: { req: {}, res: {} }, req: {} }

function route ({ defineLazyEventHandler }, fails) {
  const log = { calls: 0, served: 0 }
  const load = async () => { await macrotask(); return () => { log.served += 1; return 'page' } }
  const loader = fails ? failingFirst(load, log) : () => { log.calls += 1; return load() }
  const handler = defineLazyEventHandler(loader)
  return { log, handler, call: async () => handler(EVENT) }
}

async function concurrent (module, fails) {
  const { log, call } = route(module, fails)
  const outcomes = await together(call)
  const next = await outcome(call)
  return { failures: failures(outcomes), reasons: [...new Set(outcomes.map(said))], values: [...new Set(outcomes.map((one) => one.value ?? null))], next: said(next), value: next.value ?? null, calls: log.calls, served: log.served }
}

async function keptBy (module, fails) {
  const { call, handler } = route(module, fails)
  const found = await kept(async () => { await call().catch(() => {}) })
  return { ...found, held: handler !== undefined }
}

module.exports = {
  // A failed load is tried again by the next request.
  expected: (original, change) => ({
    ...nothingKept(original, change),
    fails: { ...original.fails, next: 'resolved', value: 'page', calls: 2, served: 1 }
  }),
  facts: async (module) => ({
    concurrent: await concurrent(module, false),
    fails: await concurrent(module, true),
    kept: { loaded: await keptBy(module, false), failed: await keptBy(module, true) }
  })
}
