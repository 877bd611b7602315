'use strict'
// wasm(): loaded once, by whoever asks first, and again after a failure.

const { nothingKept } = require('harness/kept.cjs')
const { memoized } = require('harness/memo.cjs')
const { evaluate } = require('harness/modules.cjs')

module.exports = {
  open: (source, file) => ({
    subject: async (work) => {
      const instance = { exports: { answer: 42 } }
      const WebAssembly = { instantiate: async () => ({ instance }) }
      const wasm = evaluate(source, file, { modules: { '../lib/read-wasm': work, './read-wasm': work }, globals: { WebAssembly } }).exports
      return { subject: wasm, call: () => wasm() }
    },
    texts: { source }
  }),
  expected: nothingKept,
  facts: (make) => memoized(make)
}
