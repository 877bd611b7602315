'use strict'
// getToken: one token for all callers, asked for again when it is due, forced or failed.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, distinct, failures, said } = require('harness/calls.cjs')
const { lenient } = require('harness/modules.cjs')

function app ({ FirebaseAppInternals }, { failing = 0, seconds = 3600 } = {}) {
  const log = { calls: 0, heard: 0 }
  const getAccessToken = async () => {
    const number = ++log.calls
    await macrotask()
    if (number <= failing) throw new Error('refused')
    return { access_token: `token ${number}`, expires_in: seconds }
  }
  const internals = new FirebaseAppInternals({ getAccessToken })
  internals.addAuthTokenListener(() => { log.heard += 1 })
  return { internals, log }
}

async function asked (module, options) {
  const { internals, log } = app(module, options)
  const call = () => internals.getToken()
  const outcomes = await together(call)
  const next = await outcome(call)
  const forced = await outcome(() => internals.getToken(true))
  const after = await outcome(call)
  return { failures: failures(outcomes), distinct: distinct(outcomes), same: next.value === outcomes[0].value, said: [next, forced, after].map(said), tokens: [next, forced, after].map(({ value }) => value?.accessToken ?? null), promised: call() instanceof Promise, ...log }
}

// A token that is asked for anew while another is on its way: the last one is kept.
async function replaced (module) {
  const { internals } = app(module)
  const [first, second] = [internals.getToken(), internals.getToken(true)]
  return { tokens: (await Promise.all([first, second])).map(({ accessToken }) => accessToken), next: (await internals.getToken()).accessToken }
}

async function keptBy (module, options) {
  const { internals } = app(module, options)
  const found = await kept(async () => { await internals.getToken() })
  return { ...found, held: internals.getCachedToken() !== null }
}

class FirebaseAppError extends Error {
  constructor (code, message) { super(message ?? code.message ?? code) }
}

module.exports = {
  modules: {
    '../utils/validator': { isNonNullObject: (value) => typeof value === 'object' && value !== null },
    '../utils/error': lenient({ FirebaseAppError })
  },
  expected: nothingKept,
  facts: async (module) => ({
    made: await asked(module),
    failing: await asked(module, { failing: 1 }),
    due: await asked(module, { seconds: 1 }),
    replaced: await replaced(module),
    kept: { getToken: await keptBy(module) }
  })
}
