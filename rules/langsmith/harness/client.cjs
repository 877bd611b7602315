'use strict'
// Client._ensureServerInfo and _getSettings: shared in flight, fetched once, failures.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, distinct, failures, said, failingFirst } = require('harness/calls.cjs')

function instance ({ Client }, fails) {
  const log = { calls: 0 }
  const work = async () => { await macrotask(); return { tenant: 'own' } }
  const fetching = fails ? failingFirst(work, log) : async () => { log.calls += 1; return work() }
  const client = Object.create(Client.prototype)
  Object.assign(client, { _getServerInfo: fetching, _get: fetching })
  return { log, client }
}

async function scenario (module, method, fails) {
  const { log, client } = instance(module, fails)
  const call = () => client[method]()
  const outcomes = await together(call)
  const next = await outcome(call)
  const last = await outcome(call)
  return { failures: failures(outcomes), distinct: distinct(outcomes), reasons: [...new Set(outcomes.map(said))], next: [said(next), next.value ?? null], last: [said(last), last.value ?? null], same: last.value === next.value, calls: log.calls, promised: call() instanceof Promise }
}

async function keptBy (module, method) {
  const { client } = instance(module, false)
  const found = await kept(async () => { await client[method]() })
  return { ...found, held: client !== undefined }
}

module.exports = {
  expected: nothingKept,
  facts: async (module) => ({
    info: await scenario(module, '_ensureServerInfo', false),
    infoFails: await scenario(module, '_ensureServerInfo', true),
    settings: await scenario(module, '_getSettings', false),
    settingsFail: await scenario(module, '_getSettings', true),
    kept: { _ensureServerInfo: await keptBy(module, '_ensureServerInfo'), _getSettings: await keptBy(module, '_getSettings') }
  })
}
