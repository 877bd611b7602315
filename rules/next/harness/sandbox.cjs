'use strict'
// getModuleContextShared of dist/server/web/sandbox/context.js.

const { evaluate } = require('./surroundings.cjs')
const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { CONCURRENT, together, outcome, distinct, failures, said, failingFirst } = require('harness/calls.cjs')

const REVEAL = ['getModuleContextShared', 'pendingModuleCaches', 'setCreate: (made) => { createModuleContext = made }']

function stubbed ({ subject }, failing) {
  const log = { calls: 0 }
  const work = async (options) => { await macrotask(); return { of: options.moduleName } }
  subject.pendingModuleCaches.clear()
  subject.setCreate(failing ? failingFirst(work, log) : (options) => { log.calls += 1; return work(options) })
  return { log, context: (moduleName) => subject.getModuleContextShared({ moduleName }) }
}

async function concurrent (opened, failing) {
  const { log, context } = stubbed(opened, failing)
  const outcomes = await together(() => context('middleware'))
  const next = await outcome(() => context('middleware'))
  const same = outcomes.every((one) => one.value === next.value)
  return { failures: failures(outcomes), distinct: distinct(outcomes), next: said(next), same, creations: log.calls }
}

async function separate (opened) {
  const { log, context } = stubbed(opened, false)
  const names = await Promise.all(['a', 'b', 'a'].map(async (name) => (await context(name)).of))
  const promised = context('a') instanceof Promise
  return { names, promised, creations: log.calls, entries: opened.subject.pendingModuleCaches.size }
}

// The map is emptied while a context is in the making, as development does: the caller still gets it.
async function cleared (opened) {
  const { context } = stubbed(opened, false)
  const pending = context('a')
  opened.subject.pendingModuleCaches.clear()
  return { of: (await pending)?.of, entries: opened.subject.pendingModuleCaches.size }
}

async function keptBy (opened) {
  const { context } = stubbed(opened, false)
  const found = { getModuleContextShared: await kept(async () => { await context('middleware') }) }
  found.getModuleContextShared.held = opened.subject.pendingModuleCaches.size === 1
  return found
}

module.exports = {
  open (source, file) {
    const subject = evaluate(source, file, { reveal: REVEAL }).revealed
    return { subject: { subject }, texts: { getModuleContextShared: String(subject.getModuleContextShared) } }
  },
  facts: async (opened) => ({
    concurrent: await concurrent(opened, false),
    fails: await concurrent(opened, true),
    separate: await separate(opened),
    cleared: await cleared(opened),
    kept: await keptBy(opened)
  }),
  // A failure is shared by the callers of it and tried again, where the original keeps it for ever.
  expected: (original, change) => ({
    ...nothingKept(original, change),
    fails: { failures: CONCURRENT, next: 'resolved', creations: 2 }
  })
}
