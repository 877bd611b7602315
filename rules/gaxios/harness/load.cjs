'use strict'
// request: node-fetch and the agent for proxies are loaded once, by a loader that keeps its promises as Node's does.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { together, outcome, distinct, failures, said } = require('harness/calls.cjs')

const URL_OF_ALL = 'http://service.test/'
const loaded = []
const log = { loads: [], agents: [], sent: [] }

class HttpsProxyAgent {
  constructor (proxy) { log.agents.push(proxy) }
}

const answer = async (url, { agent, headers }) => {
  await macrotask()
  if (headers.get('content-type')) log.sent.push(headers.get('content-type').split('=')[0])
  return { status: 200, headers: new Headers({ 'content-type': 'text/plain' }), text: async () => `${url} ${agent?.constructor.name ?? 'no agent'}` }
}

const packages = { 'node-fetch': { default: answer }, 'https-proxy-agent': { HttpsProxyAgent } }

function load (name) {
  const loading = (async () => {
    log.loads.push(name)
    await macrotask()
    return packages[name]
  })()
  loaded.push(loading)
  return loading
}

// One class serves the process, so what is first asked of it is what is looked at first.
async function used (Gaxios, options) {
  log.loads.length = log.agents.length = loaded.length = 0
  const first = await kept(async () => { await new Gaxios().request({ url: URL_OF_ALL, ...options }) })
  const loads = [...log.loads]
  const outcomes = await together(async () => (await new Gaxios().request({ url: URL_OF_ALL, ...options })).data)
  const next = await outcome(async () => (await new Gaxios().request({ url: URL_OF_ALL, ...options })).data)
  return {
    kept: { ...first, held: loaded.length > 0 },
    did: { loads, again: log.loads.length - loads.length, distinct: distinct(outcomes), failures: failures(outcomes), next: said(next), value: next.value, agents: log.agents.length }
  }
}

module.exports = {
  globals: { __dynamic: load },
  modules: {
    extend: Object.assign((deep, ...parts) => Object.assign(...parts), { default: (deep, ...parts) => Object.assign(...parts) }),
    './retry.js': { getRetryConfig: async () => ({ shouldRetry: false }) },
    './interceptor.js': { GaxiosInterceptorManager: Set }
  },
  expected: nothingKept,
  facts: async ({ Gaxios }) => {
    const direct = await used(Gaxios, {})
    const proxied = await used(Gaxios, { proxy: 'http://proxy.test/' })
    await new Gaxios().request({ url: URL_OF_ALL, multipart: [{ headers: {}, content: 'part' }] })
    return { sent: log.sent, direct: direct.did, proxied: proxied.did, kept: { direct: direct.kept, proxied: proxied.kept } }
  }
}
