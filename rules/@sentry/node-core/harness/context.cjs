'use strict'
// processEvent of the integration nodeContext: every event gets the contexts, which are looked up once.

const { kept, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said } = require('harness/calls.cjs')

const os = require('node:os')

// What compiled code of version 8 calls for `?.`: a value and steps of two, the kind and the function.
function optionalChain ([value, ...steps]) {
  for (let at = 0; at < steps.length; at += 2) {
    if (steps[at].startsWith('optional') && (value === null || value === undefined)) return undefined
    value = steps[at + 1](value)
  }
  return value
}

const OPTIONS = { app: true, os: true, device: { cpu: true }, culture: true, cloudResource: true }

async function concurrent ({ nodeContextIntegration }) {
  const integration = nodeContextIntegration(OPTIONS)
  const outcomes = await together(() => integration.processEvent({ contexts: { app: { own: 1 } } }))
  const next = await outcome(() => integration.processEvent({}))
  const seen = outcomes.map(({ value }) => [Object.keys(value.contexts).join(), value.contexts.app.own, value.contexts.device.arch])
  return { failures: failures(outcomes), kinds: [...new Set(seen.map(String))], next: said(next), name: next.value.contexts.os.name !== undefined, arch: next.value.contexts.device.arch === os.arch() }
}

async function keptBy ({ nodeContextIntegration }) {
  const integration = nodeContextIntegration(OPTIONS)
  const found = await kept(async () => { await integration.processEvent({}) })
  return { ...found, held: integration !== undefined }
}

module.exports = {
  modules: { '@sentry/core': { defineIntegration: (make) => make, _optionalChain: optionalChain } },
  expected: nothingKept,
  facts: async (module) => ({
    concurrent: await concurrent(module),
    kept: { addContext: await keptBy(module) }
  })
}
