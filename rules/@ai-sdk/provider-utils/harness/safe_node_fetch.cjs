'use strict'
// getDefaultDownloadFetch: one fetch for all downloads of a process.

const { nothingKept } = require('harness/kept.cjs')
const { memoized } = require('harness/memo.cjs')
const { evaluate } = require('harness/modules.cjs')

const REVEAL = ['getDefaultDownloadFetch', 'setMake: (made) => { createSafeNodeFetch = made }']

module.exports = {
  open: (source, file) => ({ subject: { load: () => evaluate(source, file, { reveal: REVEAL }).revealed }, texts: { source } }),
  expected: nothingKept,
  facts: ({ load }) => memoized((work) => {
    const module = load()
    module.setMake(work)
    return { subject: module, call: module.getDefaultDownloadFetch }
  }, { value: function fetch () {} })
}
