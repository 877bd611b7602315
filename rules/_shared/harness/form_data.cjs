'use strict'
// createForm asks once for each fetch function whether it can send forms.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said } = require('harness/calls.cjs')
const { lenient } = require('harness/modules.cjs')

// A fetch function whose answers print forms as `text`, or that fails.
function fetching (text) {
  const log = { calls: 0 }
  class Answer {
    arrayBuffer () { return Promise.resolve() }
    async text () { await macrotask(); return text }
  }
  const fetch = async () => {
    log.calls += 1
    await macrotask()
    if (text === null) throw new Error('refused')
    return new Answer()
  }
  return { fetch, log }
}

async function asked ({ createForm }, text) {
  const { fetch, log } = fetching(text)
  const call = async () => { const form = await createForm({ a: 'b' }, fetch); return form.get('a') }
  const outcomes = await together(call)
  const next = await outcome(call)
  return { failures: failures(outcomes), reasons: [...new Set(outcomes.map(said))], next: said(next), value: next.value ?? null, calls: log.calls }
}

async function keptBy ({ createForm }, text) {
  const { fetch } = fetching(text)
  const found = await kept(async () => { await outcome(() => createForm({}, fetch)) })
  return { ...found, held: typeof fetch === 'function' }
}

const FORM = '[object FormData]'

module.exports = {
  modules: Object.fromEntries(['./shims.js', './shims.mjs'].map((name) => [name, lenient({})])),
  expected: nothingKept,
  facts: async (module) => ({
    able: await asked(module, 'a=b'),
    unable: await asked(module, FORM),
    refused: await asked(module, null),
    kept: { able: await keptBy(module, 'a=b'), unable: await keptBy(module, FORM), refused: await keptBy(module, null) }
  })
}
