'use strict'
// HealthCheckAttempt with cacheFor: shared while it runs, given again while it is fresh, marked as cached then.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said } = require('harness/calls.cjs')

function attempt ({ HealthIndicatorSession }, cache, fails) {
  const log = { calls: 0 }
  const session = new HealthIndicatorSession('db', cache)
  const make = () => session.attempt(async () => {
    log.calls += 1
    await macrotask()
    if (fails) throw new Error('down')
    return { own: 1 }
  }).cacheFor(60_000)
  return { log, call: () => make().execute() }
}

const shown = ({ value }) => ({ ...value?.db, responseTime: undefined })

async function scenario (module, fails) {
  const { log, call } = attempt(module, new Map(), fails)
  const outcomes = await together(call)
  const next = await outcome(call)
  return { failures: failures(outcomes), reasons: [...new Set(outcomes.map(said))], first: shown(outcomes[0]), all: [...new Set(outcomes.map((one) => JSON.stringify(shown(one))))], next: shown(next), calls: log.calls }
}

async function keptBy (module, fails) {
  const cache = new Map()
  const { call } = attempt(module, cache, fails)
  const found = await kept(async () => { await outcome(call) })
  return { ...found, held: cache.size === 1 }
}

module.exports = {
  modules: { '../utils/is-error.js': { isError: (error) => error instanceof Error }, '../utils/rejectOnAbort.js': { rejectOnAbort: (promise) => promise }, '@nestjs/common': { Injectable: () => () => {} } },
  expected: nothingKept,
  facts: async (module) => ({
    up: await scenario(module, false),
    down: await scenario(module, true),
    kept: { up: await keptBy(module, false), down: await keptBy(module, true) }
  })
}
