'use strict'
// recordRequestSession: what is reported when the timer fires and at a flush, and what the timer keeps.

const { EventEmitter } = require('node:events')

const { kept, nothingKept } = require('harness/kept.cjs')
const { byHand, globals } = require('harness/clock.cjs')
const { lenient } = require('harness/modules.cjs')

const current = { client: undefined, unreferenced: 0 }

// The timers of a clock moved by hand have no unref of their own.
const setTimeout = (...args) => {
  const timer = globals.setTimeout(...args)
  timer.unref ??= () => {
    current.unreferenced += 1
    return timer
  }
  return timer
}

class Client extends EventEmitter {
  sent = []
  on (name, hook) {
    super.on(name, hook)
    return () => this.off(name, hook)
  }

  // Minutes may end meanwhile, so the counts of all of them are added up.
  sendSession ({ aggregates }) {
    const total = (status) => aggregates.reduce((sum, minute) => sum + minute[status], 0)
    this.sent.push({ exited: total('exited'), errored: total('errored'), crashed: total('crashed') })
  }
}

// It holds a promise of its request, so that one that is alive is seen.
function scopeOf () {
  const data = { made: Promise.resolve() }
  return { setSession () {}, setSDKProcessingMetadata: (more) => Object.assign(data, more), getScopeData: () => ({ sdkProcessingMetadata: data }) }
}

function request ({ recordRequestSession }, client, status = 'ok') {
  current.client = client
  const options = { requestIsolationScope: scopeOf(), response: new EventEmitter(), sessionFlushingDelayMS: 1000 }
  if (recordRequestSession.length === 1) recordRequestSession(options)
  else recordRequestSession(client, options)
  options.requestIsolationScope.getScopeData().sdkProcessingMetadata.requestSession.status = status
  options.response.emit('close')
}

const reported = (module) => byHand(async (clock) => {
  const [client, other] = [new Client(), new Client()]
  current.unreferenced = 0
  const seen = []
  const look = () => { seen.push([clock.waiting.size, clock.cleared, client.listenerCount('flush'), client.sent.length, other.sent.length]) }
  for (const status of ['ok', 'errored', 'ok', 'crashed']) request(module, client, status)
  look()
  clock.advance(999)
  request(module, other)
  look()
  clock.advance(1)
  look()
  request(module, client, 'errored')
  look()
  client.emit('flush')
  look()
  clock.advance(1000)
  look()
  return { seen, sent: client.sent, other: other.sent, unreferenced: current.unreferenced }
})

async function keptBy (module) {
  const client = new Client()
  const found = await kept(async () => { request(module, client) })
  const held = client.listenerCount('flush') === 1
  client.emit('flush')
  return { ...found, held: held && client.sent.length === 1 }
}

module.exports = {
  modules: {
    '@sentry/core': lenient({ getClient: () => current.client }),
    '../../utils/randomSafeContext.js': { safeDateNow: Date.now },
    '../../utils/timer.js': { safeUnref: (timer) => timer.unref() }
  },
  globals: { ...globals, setTimeout },
  expected: nothingKept,
  facts: async (module) => ({
    reported: await reported(module),
    kept: { running: await keptBy(module) }
  })
}
