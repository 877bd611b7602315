'use strict'
// Drives the loader of async components: many loads at once, failures, retries, and modules with a default export.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, distinct, failures, said, failingFirst } = require('harness/calls.cjs')
const { lenient } = require('harness/modules.cjs')

const component = { name: 'Page' }
const load = async () => { await macrotask(); return { __esModule: true, default: component } }

// A lazy component whose loads are counted.
function lazy (module, work, options = {}) {
  const log = { calls: 0 }
  const loader = () => { log.calls += 1; return work() }
  return { log, load: module.defineAsyncComponent({ loader, ...options }).__asyncLoader }
}

// Twenty loads before the first has settled, and one afterwards.
async function concurrent (module, work, options) {
  const { log, load } = lazy(module, work, options)
  const outcomes = await together(load)
  const next = await outcome(load)
  return {
    failures: failures(outcomes),
    distinct: distinct(outcomes),
    next: said(next),
    same: next.value === component,
    again: said(await outcome(load)),
    calls: log.calls
  }
}

// A load that fails and is tried again while others wait for it.
const retried = (module) => concurrent(module, failingFirst(load, { calls: 0 }), { onError: (_, retry) => retry() })

// The first load is slow and fails; somebody retries it after a later one has been made.
async function late (module) {
  const attempts = []
  const work = () => new Promise((resolve, reject) => attempts.push({ resolve, reject }))
  let retry
  const { log, load } = lazy(module, work, { onError: (_, again) => { retry = again } })
  const first = outcome(load)
  attempts[0].reject(new Error('slow'))
  await macrotask()
  retry()
  const second = outcome(load)
  attempts[1].resolve(component)
  const found = [await first, await second, await outcome(load)]
  return { found: found.map((one) => one.value === component || said(one)), calls: log.calls }
}

// Somebody retries twice: the first load gives what the last retry gives, whichever of the two ends first.
async function retriedTwice (module, order) {
  const attempts = []
  const work = () => new Promise((resolve, reject) => attempts.push({ resolve, reject }))
  let retry
  const { load } = lazy(module, work, { onError: (_, again) => { retry = again } })
  const first = outcome(load)
  attempts[0].reject(new Error('slow'))
  await macrotask()
  retry()
  retry()
  for (const at of order) {
    attempts[at].resolve({ name: `attempt ${at}` })
    await macrotask()
  }
  return [await first, await outcome(load)].map(({ value }) => value?.name ?? null)
}

async function keptBy (module) {
  const { load: call } = lazy(module, load)
  const found = await kept(async () => { await call() })
  return { defineAsyncComponent: { ...found, held: (await call()) === component } }
}

module.exports = {
  // What a bundler replaces in the build for bundlers.
  globals: { __VUE_OPTIONS_API__: true, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  modules: {
    '@vue/shared': lenient({
      isFunction: (value) => typeof value === 'function',
      isObject: (value) => value !== null && typeof value === 'object',
      extend: Object.assign
    })
  },
  facts: async (module) => ({
    loads: await concurrent(module, load),
    plain: await concurrent(module, async () => component),
    fails: await concurrent(module, failingFirst(load, { calls: 0 })),
    nothing: await concurrent(module, async () => undefined),
    retried: await retried(module),
    late: await late(module),
    retriedTwice: [await retriedTwice(module, [1, 2]), await retriedTwice(module, [2, 1])],
    kept: await keptBy(module)
  }),
  expected: (original, change) => nothingKept(original, change)
}
