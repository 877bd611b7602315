'use strict'
// getOrInitDiskLRU of dist/server/lib/disk-lru-cache.external.js.

const { evaluate } = require('./surroundings.cjs')
const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { CONCURRENT, together, outcome, distinct, failures, said, failingFirst } = require('harness/calls.cjs')

class LRUCache {
  constructor (maxSize) { Object.assign(this, { maxSize, entries: [] }) }
  set (key, size) { this.entries.push([key, size]) }
}

const ENTRIES = [{ key: 'a', size: 1 }, { key: 'b', size: 0 }, { key: 'c', size: 2 }]

function stubbed (subject, failing) {
  const log = { calls: 0 }
  const work = async () => { await macrotask(); return ENTRIES }
  const read = failing ? failingFirst(work, log) : () => { log.calls += 1; return work() }
  subject.resetDiskLRU()
  return { log, index: () => subject.getOrInitDiskLRU('/cache', 100, read, () => {}) }
}

async function concurrent (subject, failing) {
  const { log, index } = stubbed(subject, failing)
  const outcomes = await together(index)
  const next = await outcome(index)
  const same = outcomes.every((one) => one.value === next.value)
  return { failures: failures(outcomes), distinct: distinct(outcomes), next: said(next), same, reads: log.calls }
}

async function contents (subject) {
  const { index } = stubbed(subject, false)
  const { maxSize, entries } = await index()
  return { maxSize, keys: entries.map(([key]) => key) }
}

// A reset while the index is read: the caller that waits still gets an index, the next one a new one.
async function reset (subject) {
  const { log, index } = stubbed(subject, false)
  const pending = index()
  subject.resetDiskLRU()
  const first = await pending
  const second = await index()
  return { index: first instanceof LRUCache, another: second instanceof LRUCache && first !== second, reads: log.calls }
}

async function keptBy (subject) {
  const { index } = stubbed(subject, false)
  const found = { getOrInitDiskLRU: await kept(async () => { await index() }) }
  found.getOrInitDiskLRU.held = (await index()) instanceof LRUCache
  return found
}

module.exports = {
  open (source, file) {
    const subject = evaluate(source, file, { modules: { './lru-cache': { LRUCache } } }).exports
    return { subject, texts: { getOrInitDiskLRU: String(subject.getOrInitDiskLRU) } }
  },
  facts: async (subject) => ({
    concurrent: await concurrent(subject, false),
    fails: await concurrent(subject, true),
    contents: await contents(subject),
    reset: await reset(subject),
    kept: await keptBy(subject)
  }),
  // A failure is shared by the callers of it and tried again, where the original keeps it for ever.
  expected: (original, change) => ({
    ...nothingKept(original, change),
    fails: { failures: CONCURRENT, next: 'resolved', reads: 2 }
  })
}
