'use strict'
// Runs one harness on an original file and its rewritten one: JSON on stdin, facts as JSON on stdout.
//
// in: { harness, file, original, rewritten, from }, from being a folder whose React is to render, or null
// out: { changed: [names whose code differs], original: facts, rewritten: facts }

const { readFileSync, writeSync } = require('node:fs')
const { macrotask } = require('./kept.cjs')

let unhandled = 0
process.on('unhandledRejection', () => { unhandled += 1 })

async function measured (harness, opened) {
  unhandled = 0
  const facts = await harness.facts(opened.subject)
  await macrotask()
  await macrotask()
  return { ...facts, unhandledRejections: unhandled }
}

async function main () {
  const { harness: name, file, original, rewritten, from } = JSON.parse(readFileSync(0, 'utf8'))
  const harness = require(`./${name}.cjs`)
  const before = harness.open(original, file, from)
  const after = harness.open(rewritten, file, from)
  const changed = Object.keys(before.texts).filter((key) => before.texts[key] !== after.texts[key])
  const facts = {
    changed,
    original: await measured(harness, before),
    rewritten: await measured(harness, after)
  }
  writeSync(1, JSON.stringify(facts))
}

main().then(() => process.exit(0), (error) => {
  process.stderr.write(`${error && error.stack ? error.stack : error}\n`)
  process.exit(1)
})
