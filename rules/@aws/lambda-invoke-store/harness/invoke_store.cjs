'use strict'
// InvokeStore.getInstanceAsync: one store for all callers, whether this is Lambda or not.

const { kept, nothingKept } = require('harness/kept.cjs')
const { together, outcome, distinct, failures, said } = require('harness/calls.cjs')
const { evaluate } = require('harness/modules.cjs')

const MULTI = 'AWS_LAMBDA_MAX_CONCURRENCY'

async function scenario ({ load }, multi) {
  if (multi) process.env[MULTI] = '2'
  delete globalThis.awslambda
  const { InvokeStore } = load()
  const call = () => InvokeStore.getInstanceAsync()
  const outcomes = await together(call)
  const next = await outcome(call)
  const ran = await next.value.run({ own: 1 }, () => next.value.get('own'))
  delete process.env[MULTI]
  return { failures: failures(outcomes), distinct: distinct(outcomes), next: said(next), kind: next.value.constructor.name, same: outcomes[0].value === next.value, global: globalThis.awslambda?.InvokeStore === next.value, promised: call() instanceof Promise, ran }
}

async function keptBy ({ load }) {
  delete globalThis.awslambda
  const { InvokeStore } = load()
  const found = await kept(async () => { await InvokeStore.getInstanceAsync() })
  return { ...found, held: (await InvokeStore.getInstanceAsync()) !== undefined }
}

module.exports = {
  open: (source, file) => ({ subject: { load: () => evaluate(source, file).exports }, texts: { source } }),
  expected: nothingKept,
  facts: async (subject) => ({
    single: await scenario(subject, false),
    multi: await scenario(subject, true),
    kept: { getInstanceAsync: await keptBy(subject) }
  })
}
