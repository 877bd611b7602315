'use strict'
// NodeHttpHandler.resolveDefaultConfig: the provider of the agent for http.

const http = require('node:http')
const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said } = require('harness/calls.cjs')

async function concurrent ({ NodeHttpHandler }, options) {
  const handler = new NodeHttpHandler(options)
  const config = handler.resolveDefaultConfig(options)
  const outcomes = await together(() => config.httpAgentProvider())
  const next = await outcome(() => config.httpAgentProvider())
  const agent = next.value
  return { failures: failures(outcomes), same: outcomes.every((one) => one.value === agent), next: said(next), agent: agent instanceof http.Agent, sockets: agent.maxSockets, external: Boolean(handler.externalAgent), given: agent === options.httpAgent, promised: config.httpAgentProvider() instanceof Promise, keys: Object.keys(config) }
}

async function keptBy ({ NodeHttpHandler }) {
  const config = new NodeHttpHandler({}).resolveDefaultConfig({})
  const found = await kept(async () => { await config.httpAgentProvider() })
  return { ...found, held: (await config.httpAgentProvider()) !== undefined }
}

// An agent that cannot be taken at first: the failure is kept for ever as published, tried again as rewritten.
async function failing ({ NodeHttpHandler }) {
  const log = { calls: 0 }
  const httpAgent = { get destroy () { log.calls += 1; if (log.calls === 1) throw new Error('first'); return () => {} } }
  const config = new NodeHttpHandler({}).resolveDefaultConfig({ httpAgent })
  const outcomes = await together(() => config.httpAgentProvider())
  const next = await outcome(() => config.httpAgentProvider())
  return { failures: failures(outcomes), reasons: [...new Set(outcomes.map(said))], next: said(next), calls: log.calls }
}

const expected = (original, options) => ({ ...nothingKept(original, options), failing: { ...original.failing, next: 'resolved', calls: 2 } })

module.exports = {
  expected,
  facts: async (module) => ({
    plain: await concurrent(module, { httpAgent: { maxSockets: 7 } }),
    failing: await failing(module),
    given: await concurrent(module, { httpAgent: new http.Agent() }),
    settled: await macrotask(),
    kept: { httpAgentProvider: await keptBy(module) }
  })
}
