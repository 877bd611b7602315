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

// A result is fresh from the end of its run on: this run takes three quarters of the time that its result lives.
async function slow (module) {
  const { now } = Date
  let passed = 0
  Date.now = () => passed
  try {
    let calls = 0
    const session = new module.HealthIndicatorSession('db', new Map())
    const run = async () => { calls += 1; await macrotask(); passed += 30_000; return {} }
    const call = () => session.attempt(run).cacheFor(40_000).execute()
    const seen = []
    for (const wait of [0, 20_000, 20_000]) {
      passed += wait
      seen.push([shown(await outcome(call)), calls])
    }
    return seen
  } finally {
    Date.now = now
  }
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
    slow: await slow(module),
    kept: { up: await keptBy(module, false), down: await keptBy(module, true) }
  })
}
