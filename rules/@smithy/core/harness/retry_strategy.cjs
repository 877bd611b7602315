'use strict'
// resolveRetryConfig: the provider of the retry strategy, made once or given.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, distinct, failures, said, failingFirst } = require('harness/calls.cjs')
const { evaluate, lenient } = require('harness/modules.cjs')

const client = lenient({ normalizeProvider: (value) => (typeof value === 'function' ? value : async () => value) })
const surrounding = () => client

async function concurrent ({ resolveRetryConfig }, input) {
  const log = { calls: 0 }
  const maxAttempts = async () => { log.calls += 1; await macrotask(); return 3 }
  const config = resolveRetryConfig({ maxAttempts, retryMode: 'standard', ...input })
  const outcomes = await together(() => config.retryStrategy())
  const next = await outcome(() => config.retryStrategy())
  return { failures: failures(outcomes), distinct: distinct(outcomes), next: said(next), same: next.value === outcomes[0].value, given: next.value === input.retryStrategy, calls: log.calls, promised: config.retryStrategy() instanceof Promise, keys: Object.keys(config).sort() }
}

async function keptBy ({ resolveRetryConfig }) {
  const config = resolveRetryConfig({ maxAttempts: async () => { await macrotask(); return 3 }, retryMode: 'standard' })
  const found = await kept(async () => { await config.retryStrategy() })
  return { ...found, held: config !== undefined }
}

// A strategy that cannot be made at first: kept for ever as published, tried again as rewritten.
async function failing ({ resolveRetryConfig }) {
  const log = { calls: 0 }
  const config = resolveRetryConfig({ maxAttempts: 3, retryMode: failingFirst(() => 'standard', log) })
  const outcomes = await together(() => config.retryStrategy())
  const next = await outcome(() => config.retryStrategy())
  return { failures: failures(outcomes), reasons: [...new Set(outcomes.map(said))], next: said(next), calls: log.calls }
}

const expected = (original, options) => ({ ...nothingKept(original, options), failing: { ...original.failing, next: 'resolved', calls: 2 } })

module.exports = {
  open: (source, file) => ({ subject: evaluate(source, file, { surrounding }).exports, texts: { source } }),
  expected,
  facts: async (module) => ({
    made: await concurrent(module, {}),
    failing: await failing(module),
    given: await concurrent(module, { retryStrategy: { retry () {} } }),
    kept: { retryStrategy: await keptBy(module) }
  })
}
