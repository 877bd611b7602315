'use strict'
// The runtimes that the pages router executes from 13.5.1 on: they bundle loadable.js and export it.

const loadable = require('./loadable.cjs')

module.exports = {
  open: (source, file, from) => loadable.open(source, file, from, (exports) => exports.vendored.contexts.Loadable.default),
  facts: loadable.facts
}
