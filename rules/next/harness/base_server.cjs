'use strict'
// Server.prepare of dist/server/base-server.js.

const { evaluate } = require('./surroundings.cjs')
const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { CONCURRENT, together, outcome, failures, said, failingFirst } = require('harness/calls.cjs')

function instance (Server, failing) {
  const log = { calls: 0 }
  const work = async () => { await macrotask() }
  const server = Object.create(Server.prototype)
  server.preparedPromise = null
  server.prepareImpl = failing ? failingFirst(work, log) : async () => { log.calls += 1; await work() }
  return { server, log }
}

async function concurrent (Server, failing) {
  const { server, log } = instance(Server, failing)
  const outcomes = await together(() => server.prepare())
  const next = await outcome(() => server.prepare())
  return { failures: failures(outcomes), next: said(next), value: String(next.value), preparations: log.calls }
}

async function sequential (Server) {
  const { server, log } = instance(Server, false)
  for (let turn = 0; turn < 3; turn++) await server.prepare()
  return { preparations: log.calls }
}

async function keptBy (Server) {
  const { server } = instance(Server, false)
  const found = { prepare: await kept(async () => { await server.prepare() }) }
  found.prepare.held = 'preparedPromise' in server
  return found
}

module.exports = {
  open (source, file) {
    const { Server } = evaluate(source, file, { reveal: ['Server'] }).revealed
    return { subject: Server, texts: { prepare: String(Server.prototype.prepare) } }
  },
  facts: async (Server) => ({
    concurrent: await concurrent(Server, false),
    fails: await concurrent(Server, true),
    sequential: await sequential(Server),
    kept: await keptBy(Server)
  }),
  // A failed preparation is shared by the callers of it and tried again, where the original keeps it for ever.
  expected: (original, change) => ({
    ...nothingKept(original, change),
    fails: { failures: CONCURRENT, next: 'resolved', preparations: 2 }
  })
}
