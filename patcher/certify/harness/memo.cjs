'use strict'
// A call that is made once and whose outcome is shared: what most rules rewrite.

const { kept, macrotask } = require('./kept.cjs')
const { together, outcome, distinct, failures, said, failingFirst } = require('./calls.cjs')

// Twenty calls before the first has settled, and one afterwards.
async function concurrent ({ call, log }) {
  const outcomes = await together(call)
  const next = await outcome(call)
  const reasons = [...new Set(outcomes.map(said))]
  const same = outcomes.every((one) => one.value === next.value)
  return { failures: failures(outcomes), reasons, distinct: distinct(outcomes), next: said(next), same, calls: log.calls, promised: typeof call()?.then === 'function' }
}

/**
 * The facts of a call that is shared. `make(work)` gives a fresh subject whose surroundings call `work`, which resolves
 * to `value` a macrotask later, and the call: { subject, call }.
 */
async function memoized (make, { value = { a: 'value' }, failing = true } = {}) {
  const fresh = async (fails) => {
    const log = { calls: 0 }
    const succeed = async () => { await macrotask(); return value }
    const work = fails ? failingFirst(succeed, log) : () => { log.calls += 1; return succeed() }
    return { ...await make(work), log }
  }
  const { subject, call } = await fresh(false)
  const found = await kept(async () => { await call() })
  return {
    concurrent: await concurrent(await fresh(false)),
    fails: failing ? await concurrent(await fresh(true)) : null,
    kept: { call: { ...found, held: subject !== undefined } }
  }
}

/** What `fails` must be where a failure that the original keeps for ever is forgotten and tried again. */
const triedAgain = (original) => ({ ...original.fails, next: 'resolved', same: false, calls: original.fails.calls + 1 })

module.exports = { memoized, triedAgain }
