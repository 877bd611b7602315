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

module.exports = {
  expected: nothingKept,
  facts: async (module) => ({
    plain: await concurrent(module, { httpAgent: { maxSockets: 7 } }),
    given: await concurrent(module, { httpAgent: new http.Agent() }),
    settled: await macrotask(),
    kept: { httpAgentProvider: await keptBy(module) }
  })
}
