'use strict'
// isAvailable with a metadata server that answers, refuses, or fails in a way that nobody expects.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, distinct, failures, said } = require('harness/calls.cjs')
const { evaluate, lenient } = require('harness/modules.cjs')

const ANSWER = { status: 200, headers: { 'metadata-flavor': 'Google', get: () => 'Google' }, data: { id: 1 } }

function opened ({ source, file }, answer) {
  const log = { calls: 0, warnings: [] }
  const request = async () => {
    log.calls += 1
    await macrotask()
    if (typeof answer === 'function') return answer()
    if (answer instanceof Error) throw answer
    return ANSWER
  }
  const gaxios = { request, instance: { request, defaults: {} }, Gaxios: class { request () { return request() } }, GaxiosError: class extends Error {} }
  const detection = { detectGCPResidency: () => false, getGCPResidency: () => true }
  const quiet = { log: () => Object.assign(() => {}, { info () {}, warn () {}, error () {} }) }
  const modules = { gaxios: lenient(gaxios), './gcp-residency': lenient(detection), 'google-logging-utils': lenient(quiet), axios: { default: { create: () => ({ request }) } } }
  const { exports } = evaluate(source, file, { modules, globals: { process: Object.assign(Object.create(process), { emitWarning (text) { log.warnings.push(text) } }) } })
  return { log, call: () => exports.isAvailable(), reset: () => exports.resetIsAvailableCache?.() }
}

const failing = (code) => Object.assign(new Error(`failed with ${code}`), { code })

// A failure as a request makes it: in the callback of a timer, which its frames hold until its stack is read.
const failingIn = (wrap) => () => new Promise((resolve, reject) => { setImmediate(function () { reject(wrap(failing('ENOTFOUND'))) }) })
const made = failingIn((error) => error)
const caused = failingIn((error) => Object.assign(failing('ENOTFOUND'), { cause: error }))
const gathered = failingIn((error) => Object.assign(new AggregateError([error, failing('ENOENT')]), { code: 'ENOTFOUND' }))
const absent = failingIn((error) => Object.assign(new Error('absent'), { response: { status: 404 }, error }))

async function scenario (file, answer) {
  const { log, call, reset } = opened(file, answer)
  const outcomes = await together(call)
  const next = await outcome(call)
  const before = log.calls
  reset()
  const again = await outcome(call)
  return { failures: failures(outcomes), distinct: distinct(outcomes), reasons: [...new Set(outcomes.map(said))], value: outcomes[0].value, next: [said(next), next.value], again: [said(again), again.value], calls: [before, log.calls], warnings: log.warnings }
}

async function keptBy (file, answer) {
  const { call } = opened(file, answer)
  const found = await kept(async () => { await call().catch(() => {}) })
  return { ...found, held: typeof call === 'function' }
}

module.exports = {
  open: (source, file) => ({ subject: { source, file }, texts: { source } }),
  expected: nothingKept,
  facts: async (file) => ({
    available: await scenario(file, ANSWER),
    refused: await scenario(file, failing('ENOTFOUND')),
    unexpected: await scenario(file, failing('EOWN')),
    made: await scenario(file, made),
    absent: await scenario(file, absent),
    kept: {
      available: await keptBy(file, ANSWER),
      refused: await keptBy(file, failing('ENOTFOUND')),
      made: await keptBy(file, made),
      caused: await keptBy(file, caused),
      gathered: await keptBy(file, gathered)
    }
  })
}
