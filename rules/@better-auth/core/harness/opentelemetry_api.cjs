'use strict'
// getOpenTelemetryAPI: the stand-in until the API is loaded, then the API, which is loaded once.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { evaluate } = require('harness/modules.cjs')

const STAND_IN = { name: 'stand-in' }
const API = { name: 'the API' }

function opened ({ source, file }, missing) {
  const log = { loads: 0 }
  const modules = { './noop.mjs': { noopOpenTelemetryAPI: STAND_IN } }
  Object.defineProperty(modules, '@opentelemetry/api', {
    get () { log.loads += 1; if (missing) throw new Error('not installed'); return API }
  })
  // Node's module loader keeps what it promised before Node 24, and so does this one.
  const promised = []
  const load = (name) => { promised.push((async () => modules[name])()); return promised.at(-1) }
  return { log, promised, get: evaluate(source, file, { modules, globals: { __dynamic: load } }).exports.getOpenTelemetryAPI }
}

async function scenario (file, missing) {
  const { log, get } = opened(file, missing)
  const before = [get().name, get().name]
  await macrotask()
  await macrotask()
  return { before, after: [get().name, get().name], loads: log.loads }
}

async function keptBy (file) {
  const { get, promised } = opened(file, false)
  const found = await kept(async () => { get(); await macrotask(); await macrotask() })
  return { ...found, held: get() !== undefined && promised.length === 1 }
}

module.exports = {
  open: (source, file) => ({ subject: { source, file }, texts: { source } }),
  expected: nothingKept,
  facts: async (file) => ({
    installed: await scenario(file, false),
    missing: await scenario(file, true),
    kept: { getOpenTelemetryAPI: await keptBy(file) }
  })
}
