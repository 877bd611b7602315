'use strict'
// NodePlatformFunctions.getUname with a command that prints, fails or cannot be started.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, distinct, failures, said } = require('harness/calls.cjs')
const { anything } = require('harness/modules.cjs')

function instance ({ NodePlatformFunctions }, exec) {
  const log = { calls: 0 }
  const platform = new NodePlatformFunctions()
  platform._exec = (command, done) => { log.calls += 1; exec(done) }
  return { log, platform, call: () => platform.getUname() }
}

const EXECS = {
  prints: (done) => macrotask().then(() => done(null, 'a machine')),
  fails: (done) => macrotask().then(() => done(new Error('no uname'))),
  throws: () => { throw new Error('no shell') }
}

async function scenario (module, exec) {
  const { log, call } = instance(module, exec)
  const outcomes = await together(call)
  const next = await outcome(call)
  return { failures: failures(outcomes), distinct: distinct(outcomes), value: outcomes[0].value, next: [said(next), next.value], calls: log.calls, promised: call() instanceof Promise }
}

async function keptBy (module, exec) {
  const { call, platform } = instance(module, exec)
  const found = await kept(async () => { await call() })
  return { ...found, held: platform !== undefined }
}

class Base { async tryBufferData (data) { return data } }

module.exports = {
  modules: { './PlatformFunctions.js': { PlatformFunctions: Base }, '../Error.js': { StripeError: Error }, '../net/NodeHttpClient.js': { NodeHttpClient: anything() } },
  expected: nothingKept,
  facts: async (module) => ({
    prints: await scenario(module, EXECS.prints),
    fails: await scenario(module, EXECS.fails),
    throws: await scenario(module, EXECS.throws),
    kept: { prints: await keptBy(module, EXECS.prints), fails: await keptBy(module, EXECS.fails) }
  })
}
