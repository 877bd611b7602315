'use strict'
// RuntimeDriver of dist/*/driver/runtime-driver.js.

const { kept, macrotask } = require('harness/kept.cjs')
const { together, outcome, failures, said, failingFirst } = require('harness/calls.cjs')

function made (RuntimeDriver, failing) {
  const log = { calls: 0, destroyed: 0 }
  const work = async () => { await macrotask() }
  const connection = {}
  const dialect = {
    init: failing ? failingFirst(work, log) : () => { log.calls += 1; return work() },
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    destroy: async () => { log.destroyed += 1 }
  }
  const logging = { isLevelEnabled: () => false, query () {}, error () {} }
  const adapter = { supportsMultipleConnections: true }
  const driver = RuntimeDriver.length < 3 ? new RuntimeDriver(dialect, logging) : new RuntimeDriver(dialect, adapter, logging)
  return { driver, log, connection }
}

async function concurrent (RuntimeDriver, failing) {
  const { driver, log } = made(RuntimeDriver, failing)
  const outcomes = await together(() => driver.init())
  const next = await outcome(() => driver.init())
  return { failures: failures(outcomes), next: said(next), calls: log.calls, value: next.value === undefined }
}

async function connections (RuntimeDriver) {
  const { driver, log, connection } = made(RuntimeDriver, false)
  const acquired = await Promise.all([driver.acquireConnection(), driver.acquireConnection()])
  const again = await driver.acquireConnection()
  return { same: [...acquired, again].every((one) => one === connection), calls: log.calls }
}

async function destroyed (RuntimeDriver, first) {
  const { driver, log } = made(RuntimeDriver, false)
  if (first) await first(driver)
  await driver.destroy()
  await driver.destroy()
  const after = await outcome(() => driver.init())
  return { calls: log.calls, destroyed: log.destroyed, after: said(after) }
}

async function keptBy (RuntimeDriver) {
  const { driver } = made(RuntimeDriver, false)
  const found = { init: await kept(async () => { await driver.init() }) }
  found.init.held = said(await outcome(() => driver.init())) === 'resolved'
  return found
}

module.exports = {
  // From 0.29 on: what is awaited may be aborted by a signal, and without one is awaited as it is.
  modules: { '../util/abort.js': { waitOrAbort: async (promise) => promise, assertNotAborted () {} } },
  facts: async ({ RuntimeDriver }) => ({
    concurrent: await concurrent(RuntimeDriver, false),
    fails: await concurrent(RuntimeDriver, true),
    connections: await connections(RuntimeDriver),
    destroyed: {
      unused: await destroyed(RuntimeDriver),
      ready: await destroyed(RuntimeDriver, (driver) => driver.init()),
      starting: await destroyed(RuntimeDriver, (driver) => { driver.init() })
    },
    kept: await keptBy(RuntimeDriver)
  })
}
