'use strict'
// getEnv on a machine of Google, and on one that is not.

const { macrotask, nothingKept } = require('harness/kept.cjs')
const { memoized } = require('harness/memo.cjs')
const { evaluate } = require('harness/modules.cjs')

async function detected ({ source, file }, instance) {
  return memoized((work) => {
    const metadata = { instance: async () => { await work(); if (!instance) throw new Error('none'); return 1 }, isAvailable: async () => { await work(); return instance } }
    const { exports } = evaluate(source, file, { modules: { 'gcp-metadata': metadata } })
    return { subject: exports, call: exports.getEnv }
  }, { failing: false })
}

// `clear` while the kind is looked for: the one that waits is answered, the next one looks again.
async function cleared ({ source, file }) {
  const log = { calls: 0 }
  const metadata = { instance: async () => { throw new Error('none') }, isAvailable: async () => { log.calls += 1; await macrotask(); return false } }
  const { getEnv, clear } = evaluate(source, file, { modules: { 'gcp-metadata': metadata } }).exports
  const pending = getEnv()
  clear()
  return { first: await pending, second: await getEnv(), third: await getEnv(), calls: log.calls }
}

module.exports = {
  open: (source, file) => ({ subject: { source, file }, texts: { source } }),
  expected: nothingKept,
  facts: async (file) => {
    const [inside, outside] = [await detected(file, true), await detected(file, false)]
    const kept = { inside: inside.kept.call, outside: outside.kept.call }
    return { inside: inside.concurrent, outside: outside.concurrent, cleared: await cleared(file), kept }
  }
}
