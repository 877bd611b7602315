'use strict'
// The reader of the files of settings: one read for each file, whoever asks, and again where that is asked for.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said } = require('harness/calls.cjs')
const { evaluate, lenient } = require('harness/modules.cjs')

const TEXTS = { settings: '[default]', empty: '' }

function opened ({ source, file }) {
  const log = []
  const readFile = async (path, encoding) => {
    log.push([path, encoding])
    await macrotask()
    if (path in TEXTS) return TEXTS[path]
    throw new Error(`no ${path}`)
  }
  const promises = { readFile }
  const modules = { fs: { promises }, 'fs/promises': promises, 'node:fs/promises': promises }
  const { exports } = evaluate(source, file, { modules, surrounding: () => lenient({}) })
  return { log, exports, read: exports.slurpFile ?? exports.readFile }
}

async function scenario (module, path) {
  const { log, read } = opened(module)
  const outcomes = await together(() => read(path))
  const next = await outcome(() => read(path))
  const calls = log.length
  const again = await outcome(() => read(path, { ignoreCache: true }))
  return { failures: failures(outcomes), reasons: [...new Set(outcomes.map(said))], values: [...new Set(outcomes.map(({ value }) => value))], next: [said(next), next.value], again: [said(again), again.value], calls, first: log[0], promised: read('settings') instanceof Promise }
}

// Two reads of one file: the one that was asked for last is kept, whichever ends first.
async function replaced (module) {
  const { log, read } = opened(module)
  const both = await Promise.all([read('settings'), read('settings', { ignoreCache: true })])
  return { both, next: await read('settings'), reads: log.length }
}

async function keptBy (module, path) {
  const { exports, read } = opened(module)
  const found = await kept(async () => { await outcome(() => read(path)) })
  return { ...found, held: exports !== undefined }
}

module.exports = {
  open: (source, file) => ({ subject: { source, file }, texts: { source } }),
  // A file that could not be read is read again.
  expected: (original, change) => {
    const { absent } = original
    return { ...nothingKept(original, change), absent: { ...absent, calls: absent.calls + 1 } }
  },
  facts: async (module) => ({
    settings: await scenario(module, 'settings'),
    empty: await scenario(module, 'empty'),
    absent: await scenario(module, 'absent'),
    replaced: await replaced(module),
    kept: { read: await keptBy(module, 'settings'), absent: await keptBy(module, 'absent') }
  })
}
