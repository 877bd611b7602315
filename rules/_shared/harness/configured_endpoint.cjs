'use strict'
// resolveEndpointConfig: the endpoint that the settings name is read once, also where they name none.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said } = require('harness/calls.cjs')
const { evaluate, lenient } = require('harness/modules.cjs')

// The configuration of a client whose settings name `endpoint`, or cannot be read at first.
function configured (open, { endpoint, failing = false, serviceId = 'S3' }) {
  const log = { read: 0 }
  const read = async () => {
    log.read += 1
    const first = log.read === 1
    await macrotask()
    if (failing && first) throw new Error('first')
    return endpoint
  }
  const config = open(read)({ serviceId })
  return { log, config, call: () => config.serviceConfiguredEndpoint() }
}

async function asked (open, options) {
  const { log, call, config } = configured(open, options)
  const outcomes = await together(call)
  const next = await outcome(call)
  const again = call()
  const promised = again instanceof Promise
  await outcome(() => again)
  return { failures: failures(outcomes), reasons: [...new Set(outcomes.map(said))], values: [...new Set(outcomes.map(({ value }) => value ?? null))], next: said(next), value: next.value ?? null, read: log.read, promised, keys: Object.keys(config).sort() }
}

async function keptBy (open, options) {
  const { call, config } = configured(open, options)
  const found = await kept(async () => { await outcome(call) })
  return { ...found, held: config !== undefined }
}

const given = { normalizeProvider: (value) => async () => value }

module.exports = {
  open: (source, file) => ({
    subject: (read) => {
      const surrounding = () => lenient({ ...given, loadConfig: ({ default: value } = {}) => (value === false ? async () => value : read), getEndpointFromConfig: read, bindGetEndpointFromConfig: () => read })
      const { exports } = evaluate(source, file, { surrounding })
      return exports.bindResolveEndpointConfig?.(read) ?? exports.resolveEndpointConfig
    },
    texts: { source }
  }),
  // Settings that cannot be read are read again.
  expected: (original, change) => ({ ...nothingKept(original, change), failing: { ...original.failing, next: 'resolved', value: 'https://own', read: original.failing.read + 1 } }),
  facts: async (open) => ({
    named: await asked(open, { endpoint: 'https://own' }),
    none: await asked(open, { endpoint: undefined }),
    failing: await asked(open, { endpoint: 'https://own', failing: true }),
    nameless: await asked(open, { endpoint: 'https://own', serviceId: '' }),
    kept: { named: await keptBy(open, { endpoint: 'https://own' }), none: await keptBy(open, {}) }
  })
}
