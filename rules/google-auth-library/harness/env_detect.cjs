'use strict'
// getEnv of build/src/auth/envDetect.js.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { CONCURRENT, together, outcome, distinct, failures, said } = require('harness/calls.cjs')

const VARIABLES = ['GAE_SERVICE', 'GAE_MODULE_NAME', 'FUNCTION_NAME', 'FUNCTION_TARGET', 'K_CONFIGURATION', 'CLOUD_RUN_JOB']
const metadata = { calls: 0, failing: false }

async function answer () {
  metadata.calls += 1
  await macrotask()
  if (metadata.failing) {
    metadata.failing = false
    throw new Error('first')
  }
  return true
}

// The metadata server says that it is there, and that a cluster runs this program.
const service = { isAvailable: answer, resetIsAvailableCache () {}, instance: async () => { await macrotask(); return 'cluster' } }

function fresh (subject, failing) {
  for (const name of VARIABLES) delete process.env[name]
  subject.clear()
  Object.assign(metadata, { calls: 0, failing })
}

async function concurrent (subject, failing) {
  fresh(subject, failing)
  const outcomes = await together(() => subject.getEnv())
  const next = await outcome(() => subject.getEnv())
  return { failures: failures(outcomes), distinct: distinct(outcomes), next: said(next), value: next.value ?? null, calls: metadata.calls }
}

async function cleared (subject) {
  fresh(subject, false)
  const pending = subject.getEnv()
  subject.clear()
  await pending
  await subject.getEnv()
  return { calls: metadata.calls }
}

async function keptBy (subject) {
  fresh(subject, false)
  const found = { getEnv: await kept(async () => { await subject.getEnv() }) }
  found.getEnv.held = typeof await subject.getEnv() === 'string'
  return found
}

module.exports = {
  modules: { 'gcp-metadata': service },
  facts: async (subject) => ({
    concurrent: await concurrent(subject, false),
    fails: await concurrent(subject, true),
    cleared: await cleared(subject),
    kept: await keptBy(subject)
  }),
  // A failure is shared by the callers of it and tried again, where the original keeps it for ever.
  expected: (original, change) => ({
    ...nothingKept(original, change),
    fails: { ...original.concurrent, failures: CONCURRENT, distinct: 0, calls: 2 }
  })
}
