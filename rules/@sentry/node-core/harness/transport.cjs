'use strict'
// makeNodeTransport: what is sent and answered, and what an open connection keeps.

const { EventEmitter } = require('node:events')
const { Writable } = require('node:stream')

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, failures, said } = require('harness/calls.cjs')

const core = { createTransport: (options, send) => send, suppressTracing: (run) => { core.suppressed += 1; return run() }, consoleSandbox: (run) => run(), suppressed: 0 }

// Stands in for node:http: a request opens one connection, which is a live handle, unless the agent has one already.
function http ({ failing = '', keepAlive = false }) {
  const log = { calls: 0, sent: [] }
  const connection = { handle: undefined }
  const request = (options, answered) => {
    const { method, path, port, headers, agent } = options
    log.calls += 1
    const reusedSocket = connection.handle !== undefined
    if (keepAlive) connection.handle ??= setInterval(() => {}, 1e6).unref()
    const call = new Writable({
      write: (chunk, encoding, done) => { log.sent.push({ method, path, port, headers, agent: typeof agent, length: chunk.length }); done() },
      final: (done) => {
        done()
        setImmediate(() => {
          if (failing && log.calls <= 1 + reusedSocket) return call.emit('error', Object.assign(new Error(failing), { code: failing }))
          const answer = Object.assign(new EventEmitter(), { statusCode: 200, headers: { 'retry-after': '7', 'x-sentry-rate-limits': ['limit', 'other'] }, setEncoding () {} })
          answered(answer)
          answer.emit('end')
        })
      }
    })
    call.reusedSocket = reusedSocket
    return call
  }
  return { request, log, connection }
}

function transport ({ makeNodeTransport }, options = {}) {
  const httpModule = http(options)
  return { ...httpModule, send: makeNodeTransport({ url: 'http://sentry.test:1/api?key=1', headers: { own: 'a' }, httpModule }) }
}

async function concurrent (module) {
  const { send, log } = transport(module)
  core.suppressed = 0
  const outcomes = await together(() => send({ body: Buffer.from('event') }))
  const large = await send({ body: Buffer.alloc(40000) })
  return { failures: failures(outcomes), value: outcomes[0].value, large, first: log.sent[0], last: { ...log.sent.at(-1), length: 0 }, calls: log.calls, suppressed: core.suppressed }
}

async function failing (module, code) {
  const { send, log, connection } = transport(module, { failing: code, keepAlive: true })
  const first = await outcome(() => send({ body: Buffer.from('event') }))
  const again = await outcome(() => send({ body: Buffer.from('event') }))
  clearInterval(connection.handle)
  return { first: said(first), again: said(again), calls: log.calls }
}

async function keptBy (module) {
  const { send, connection } = transport(module, { keepAlive: true })
  const found = await kept(async () => {
    await send({ body: Buffer.from('event') })
    await macrotask()
  })
  return { ...found, held: connection.handle !== undefined }
}

module.exports = {
  modules: { '@sentry/core': core },
  expected: nothingKept,
  facts: async (module) => ({
    concurrent: await concurrent(module),
    refused: await failing(module, 'ECONNREFUSED'),
    reset: await failing(module, 'ECONNRESET'),
    kept: { connection: await keptBy(module) }
  })
}
