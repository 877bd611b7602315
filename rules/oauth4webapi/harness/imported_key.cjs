'use strict'
// The keys of an issuer are imported once for each key and algorithm.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, distinct, failures, said } = require('harness/calls.cjs')
const { evaluate } = require('harness/modules.cjs')

const JWK = { kty: 'EC', crv: 'P-256', kid: 'one', x: 'x', y: 'y' }

// An issuer with keys of its own, whose import fails at first or not.
function issuer (open, failing = 0) {
  const log = { calls: 0 }
  const importKey = async () => {
    const number = ++log.calls
    await macrotask()
    if (number <= failing) throw new Error('not a key')
    return { number }
  }
  const { getPublicSigKeyFromIssuerJwksUri, jwksCache } = open({ ...globalThis.crypto, subtle: { importKey } })
  const options = { [jwksCache]: { jwks: { keys: [{ ...JWK }] }, uat: Math.floor(Date.now() / 1000) } }
  const as = { issuer: 'https://own', jwks_uri: 'https://own/keys' }
  return { log, as, call: () => getPublicSigKeyFromIssuerJwksUri(as, options, { alg: 'ES256', kid: 'one' }) }
}

async function asked (open, failing) {
  const { log, call } = issuer(open, failing)
  const outcomes = await together(call)
  const next = await outcome(call)
  return { failures: failures(outcomes), distinct: distinct(outcomes), next: said(next), same: next.value === outcomes[0].value, calls: log.calls, promised: call() instanceof Promise }
}

async function keptBy (open) {
  const { call, as } = issuer(open)
  const found = await kept(async () => { await call() })
  return { ...found, held: as !== undefined && (await call()).number === 1 }
}

module.exports = {
  open: (source, file) => ({
    subject: (crypto) => {
      const { exports, revealed } = evaluate(source, file, { globals: { crypto }, reveal: ['getPublicSigKeyFromIssuerJwksUri'] })
      return { ...revealed, jwksCache: exports.jwksCache }
    },
    texts: { source }
  }),
  expected: nothingKept,
  facts: async (open) => ({ made: await asked(open), failing: await asked(open, 1), kept: { key: await keptBy(open) } })
}
