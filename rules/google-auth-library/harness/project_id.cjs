'use strict'
// getProjectIdAsync of build/src/auth/googleauth.js.

const { nothingKept } = require('harness/kept.cjs')
const { memoized, triedAgain } = require('harness/memo.cjs')

module.exports = {
  facts: ({ GoogleAuth }) => memoized((work) => {
    const subject = new GoogleAuth({})
    subject.findAndCacheProjectId = async () => { subject._cachedProjectId = await work(); return subject._cachedProjectId }
    return { subject, call: () => subject.getProjectIdAsync() }
  }),
  // The last call of those that fail is not waited for: the original fails it too, without anyone who listens.
  expected: (original, change) => ({ ...nothingKept(original, change), fails: triedAgain(original), unhandledRejections: 0 })
}
