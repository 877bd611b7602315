'use strict'
// The same reader, before it came here.

module.exports = require('../../shared-ini-file-loader/harness/read_file.cjs')
