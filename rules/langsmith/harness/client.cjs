'use strict'
// Client._ensureServerInfo and _getSettings: shared in flight, fetched once, failures.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { evaluate } = require('harness/modules.cjs')
const { together, outcome, distinct, failures, said, failingFirst } = require('harness/calls.cjs')

function instance ({ Client }, fails) {
  const log = { calls: 0 }
  const work = async () => { await macrotask(); return { tenant: 'own' } }
  const fetching = fails ? failingFirst(work, log) : async () => { log.calls += 1; return work() }
  const client = Object.create(Client.prototype)
  Object.assign(client, { _getServerInfo: fetching, _get: fetching })
  return { log, client }
}

async function scenario (module, method, fails) {
  const { log, client } = instance(module, fails)
  const call = () => client[method]()
  const outcomes = await together(call)
  const next = await outcome(call)
  const last = await outcome(call)
  return { failures: failures(outcomes), distinct: distinct(outcomes), reasons: [...new Set(outcomes.map(said))], next: [said(next), next.value ?? null], last: [said(last), last.value ?? null], same: last.value === next.value, calls: log.calls, promised: call() instanceof Promise }
}

async function keptBy (module, method) {
  const { client } = instance(module, false)
  const found = await kept(async () => { await client[method]() })
  return { ...found, held: client !== undefined }
}

// A client that compresses what is queued: what it sends, in which order, and what the end of its chain keeps.
function compressing ({ Client }) {
  const sent = []
  const client = new Client({ apiUrl: 'http://service.test', apiKey: 'key', manualFlushMode: true })
  Object.assign(client, {
    _getBatchSizeLimitBytes: async () => 1e9,
    _getBatchSizeLimit: async () => 1e9,
    _queueEncoding: () => 'gzip',
    _sendCompressedBuffer: async ({ buffer }) => { sent.push(buffer.encoding) },
    _serializeQueuedOperation: async ({ name, fails }) => {
      await macrotask()
      if (fails) throw new Error(name)
      sent.push(name)
      return { parts: [], context: name }
    }
  })
  return { client, sent }
}

async function chain (module) {
  const { client, sent } = compressing(module)
  for (const [name, fails] of [['first'], ['second', true], ['third']]) client._enqueueCompressed(1, { name, fails })
  await client._flushCompressedBuffers()
  client._enqueueCompressed(1, { name: 'later' })
  await client._flushCompressedBuffers()
  return { sent }
}

async function keptByChain (module, flushed) {
  const { client } = compressing(module)
  const found = await kept(async () => {
    client._enqueueCompressed(1, { name: 'run' })
    await (flushed ? client._flushCompressedBuffers() : client._compressedWriteChain)
    client._compressedBuffers.clear()
  })
  return { ...found, held: client !== undefined }
}

const hasChain = ({ Client }) => '_enqueueCompressed' in Client.prototype

function open (source, file) {
  const { exports } = evaluate(source, file)
  const text = (name) => String(exports.Client.prototype[name])
  const methods = { _ensureServerInfo: '_ensureServerInfo', _getSettings: '_getSettings', written: '_enqueueCompressed', flushed: '_flushCompressedBuffers' }
  return { subject: exports, texts: Object.fromEntries(Object.entries(methods).map(([key, name]) => [key, text(name)])) }
}

module.exports = {
  open,
  expected: nothingKept,
  facts: async (module) => ({
    chain: hasChain(module) ? await chain(module) : null,
    info: await scenario(module, '_ensureServerInfo', false),
    infoFails: await scenario(module, '_ensureServerInfo', true),
    settings: await scenario(module, '_getSettings', false),
    settingsFail: await scenario(module, '_getSettings', true),
    kept: {
      _ensureServerInfo: await keptBy(module, '_ensureServerInfo'),
      _getSettings: await keptBy(module, '_getSettings'),
      ...(hasChain(module) ? { written: await keptByChain(module, false), flushed: await keptByChain(module, true) } : {})
    }
  })
}
