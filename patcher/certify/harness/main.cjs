'use strict'
// Runs one harness on an original file and its rewritten one: JSON on stdin, facts as JSON on stdout.
//
// in: { harness, file, original, rewritten, style, from }, from being a folder whose packages may be used, or null
// out: { changed: [names whose code differs], original: facts, rewritten: facts, expected: facts }
//
// A harness exports
//   facts(module)                               what the module does, as plain data
//   expected(original, { style, changed })      what the rewritten one must do; by default the same with nothing kept
//   open(source, file, from)                    where a file needs more than to be loaded: { subject, texts }
//   modules, globals, reveal                    options of `evaluate` for a file that is simply loaded

const { readFileSync, writeSync } = require('node:fs')
const { macrotask, nothingKept } = require('./kept.cjs')
const { evaluate } = require('./modules.cjs')

let unhandled = 0
process.on('unhandledRejection', () => { unhandled += 1 })

const load = ({ modules, globals, reveal }) => (source, file, from) => {
  const { exports, revealed } = evaluate(source, file, { modules, globals, reveal, from: from ?? '' })
  return { subject: reveal ? { ...revealed, exports } : exports, texts: { source } }
}

async function measured (harness, opened) {
  unhandled = 0
  const facts = await harness.facts(opened.subject)
  await macrotask()
  await macrotask()
  return { ...facts, unhandledRejections: unhandled }
}

async function main () {
  const { harness: path, file, original, rewritten, style, from } = JSON.parse(readFileSync(0, 'utf8'))
  const harness = require(path)
  const open = harness.open ?? load(harness)
  const before = open(original, file, from)
  const after = open(rewritten, file, from)
  const changed = Object.keys(before.texts).filter((key) => before.texts[key] !== after.texts[key])
  const first = await measured(harness, before)
  const facts = {
    changed,
    original: first,
    rewritten: await measured(harness, after),
    expected: (harness.expected ?? nothingKept)(first, { style, changed })
  }
  writeSync(1, JSON.stringify(facts))
}

main().then(() => process.exit(0), (error) => {
  process.stderr.write(`${error && error.stack ? error.stack : error}\n`)
  process.exit(1)
})
