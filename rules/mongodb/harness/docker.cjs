'use strict'
// getContainerMetadata asks the file system once, whatever it says.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said } = require('harness/calls.cjs')
const { evaluate, lenient } = require('harness/modules.cjs')

// The module anew, on a machine that is a container or not.
function fresh (open, inside) {
  const log = { asked: [] }
  const fileIsAccessible = async (path) => { log.asked.push(path); await macrotask(); return inside }
  return { log, call: open({ '../../utils': lenient({ fileIsAccessible }) }) }
}

async function asked (open, inside) {
  const { log, call } = fresh(open, inside)
  const outcomes = await together(call)
  const next = await outcome(call)
  return { failures: failures(outcomes), values: [...new Set(outcomes.map(({ value }) => JSON.stringify(value)))], next: said(next), value: next.value, asked: log.asked }
}

async function keptBy (open, inside) {
  const { call } = fresh(open, inside)
  const found = await kept(async () => { await call() })
  return { ...found, held: typeof call === 'function' }
}

module.exports = {
  open: (source, file) => ({
    subject: (modules) => evaluate(source, file, { modules, surrounding: () => lenient({}), reveal: ['getContainerMetadata'] }).revealed.getContainerMetadata,
    texts: { source }
  }),
  expected: nothingKept,
  facts: async (open) => ({
    inside: await asked(open, true),
    outside: await asked(open, false),
    kept: { inside: await keptBy(open, true), outside: await keptBy(open, false) }
  })
}
