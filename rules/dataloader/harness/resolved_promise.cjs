'use strict'
// load: keys of one tick are one batch, those of later ticks another; what the first load leaves behind.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { outcome, said } = require('harness/calls.cjs')

function loading (DataLoader, options) {
  const batches = []
  const loader = new DataLoader(async (keys) => {
    batches.push([...keys])
    await macrotask()
    return keys.map((key) => (key === 'bad' ? new Error('bad') : key.toUpperCase()))
  }, options)
  return { batches, loader }
}

async function batched (DataLoader, options) {
  const { batches, loader } = loading(DataLoader, options)
  const later = Promise.resolve().then(() => Promise.resolve()).then(() => loader.load('c'))
  const values = await Promise.all([loader.load('a'), loader.load('b'), loader.load('a'), later])
  const next = await loader.load('d')
  return { batches, values, next, bad: said(await outcome(() => loader.load('bad'))) }
}

async function keptBy (DataLoader) {
  const found = await kept(async () => { await loading(DataLoader).loader.load('a') })
  return { ...found, held: typeof DataLoader === 'function' }
}

module.exports = {
  expected: nothingKept,
  facts: async (exports) => {
    const DataLoader = exports.default ?? exports
    return {
      kept: { load: await keptBy(DataLoader) }, // first: a later load finds the promise made
      batched: await batched(DataLoader),
      plain: await batched(DataLoader, { batch: false }),
      uncached: await batched(DataLoader, { cache: false })
    }
  }
}
