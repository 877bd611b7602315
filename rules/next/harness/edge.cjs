'use strict'
// ensureInstrumentationRegistered of dist/esm/server/web/globals.js (adapter.js up to 13.4.4), an ES module
// that a build copies into edge bundles.

const { evaluate } = require('./surroundings.cjs')
const { kept, macrotask } = require('harness/kept.cjs')
const { together, outcome, failures, said } = require('harness/calls.cjs')

const NAME = 'ensureInstrumentationRegistered'

// The module, evaluated anew in a global scope of its own.
function evaluated ({ source, file }) {
  const scope = Object.create(globalThis)
  return evaluate(source, file, { globals: { globalThis: scope, self: scope }, reveal: [NAME] }).revealed[NAME]
}

// Makes `register` the app's instrumentation hook and counts its calls.
function entries (register) {
  const log = { calls: 0 }
  const hook = { register: () => { log.calls += 1; return register() } }
  // The bundle's entry is the module up to 13.4, later a promise of it.
  globalThis._ENTRIES = { middleware_instrumentation: Object.assign(Promise.resolve(hook), hook) }
  return log
}

const quick = async () => { await macrotask() }
const refused = async () => { await macrotask(); throw new Error('no instrumentation') }

async function concurrent (subject, register) {
  const log = entries(register)
  const ensure = evaluated(subject)
  ensure() // some callers drop the promise
  const outcomes = await together(ensure)
  const next = await outcome(ensure)
  return { failures: failures(outcomes), reasons: [...new Set(outcomes.map(said))], next: said(next), value: String(next.value), calls: log.calls, promised: ensure() instanceof Promise }
}

// Some releases call the function as the module is evaluated, which a request does.
async function keptBy (subject) {
  let ensure
  entries(quick)
  const found = await kept(async () => {
    ensure = evaluated(subject)
    await ensure()
    await macrotask()
  })
  return { [NAME]: { ...found, held: ensure() instanceof Promise } }
}

module.exports = {
  open (source, file) {
    const subject = { source, file }
    return { subject, texts: { [NAME]: String(evaluated(subject)) } }
  },
  facts: async (subject) => ({
    concurrent: await concurrent(subject, quick),
    fails: await concurrent(subject, refused),
    kept: await keptBy(subject)
  })
}
