'use strict'
// loadNextHeadersModule: loaded once, again after a failure.

const { nothingKept } = require('harness/kept.cjs')
const { memoized } = require('harness/memo.cjs')
const { evaluate, lenient } = require('harness/modules.cjs')

module.exports = {
  open: (source, file) => ({
    subject: async (work) => {
      const { revealed } = evaluate(source.replaceAll('import("next/headers.js")', '__load()'), file, { surrounding: () => lenient({}), globals: { __load: work }, reveal: ['loadNextHeadersModule'] })
      return { subject: revealed, call: () => revealed.loadNextHeadersModule() }
    },
    texts: { source }
  }),
  expected: nothingKept,
  facts: (make) => memoized(make)
}
