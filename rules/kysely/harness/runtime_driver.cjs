'use strict'
// RuntimeDriver: the first queries, a driver that fails to start, destroy before and after.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said, failingFirst } = require('harness/calls.cjs')

function instance ({ RuntimeDriver }, fails) {
  const log = { calls: 0, destroyed: 0 }
  const start = async () => { await macrotask() }
  const inner = {
    init: fails ? failingFirst(start, log) : () => { log.calls += 1; return start() },
    acquireConnection: async () => ({ executeQuery: async () => ({ rows: [] }), async * streamQuery () {} }),
    releaseConnection: async () => {},
    destroy: async () => { log.destroyed += 1 }
  }
  const driver = new RuntimeDriver(inner, { isLevelEnabled: () => false })
  return { log, driver }
}

async function scenario (module, fails) {
  const { log, driver } = instance(module, fails)
  const outcomes = await together(() => driver.acquireConnection())
  const next = await outcome(() => driver.acquireConnection())
  const init = said(await outcome(() => driver.init()))
  const destroyed = said(await outcome(() => driver.destroy()))
  const after = said(await outcome(() => driver.acquireConnection()))
  return { failures: failures(outcomes), reasons: [...new Set(outcomes.map(said))], next: said(next), init, destroyed, after, calls: log.calls, destructions: log.destroyed }
}

async function unused (module) {
  const { log, driver } = instance(module, false)
  await driver.destroy()
  return { destructions: log.destroyed, calls: log.calls }
}

async function keptBy (module) {
  const { driver } = instance(module, false)
  const found = await kept(async () => { await driver.acquireConnection() })
  return { ...found, held: driver !== undefined }
}

module.exports = {
  expected: nothingKept,
  facts: async (module) => ({
    starts: await scenario(module, false),
    fails: await scenario(module, true),
    unused: await unused(module),
    kept: { init: await keptBy(module) }
  })
}
