'use strict'
// class NextServer of dist/server/next.js: getServer and getServerRequestHandler.

const { evaluate } = require('./surroundings.cjs')
const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { CONCURRENT, together, outcome, distinct, failures, said, failingFirst } = require('harness/calls.cjs')

const METHODS = ['getServer', 'getServerRequestHandler']

// A configuration as loadConfig returns it; from 16.4 the same fields lie in a result around it.
function configuration (extra) {
  const conf = { experimental: { appDir: true }, ...extra }
  return Object.defineProperties(conf, { config: { value: conf }, compileMode: { value: 'stubbed' } })
}

function innerServer () {
  return {
    prefixes: [],
    setAssetPrefix (prefix) { this.prefixes.push(prefix) },
    getRequestHandler () { return function (...args) { return { self: this, args } } }
  }
}

// A NextServer whose configuration and inner server are stubs; `log` counts what it does.
function instance (NextServer, { conf = configuration(), options = {}, failing = '' } = {}) {
  const log = { loads: { calls: 0 }, creations: { calls: 0 }, options: [], servers: [] }
  const server = new NextServer({ dir: '.', dev: false, ...options })
  const loaders = ['loadConfig', ...Object.getOwnPropertySymbols(NextServer.prototype)]
  const loadConfig = async () => { await macrotask(); return conf }
  const counted = async () => { log.loads.calls += 1; return loadConfig() }
  for (const name of loaders) server[name] = failing === 'loadConfig' ? failingFirst(loadConfig, log.loads) : counted
  const create = (given) => {
    log.options.push(Object.keys(given).sort())
    log.servers.push(innerServer())
    return log.servers.at(-1)
  }
  const isAsync = NextServer.prototype.createServer.constructor.name === 'AsyncFunction'
  const creating = (given) => { log.creations.calls += 1; return create(given) }
  const slowly = async (given) => { await macrotask(); return creating(given) }
  server.createServer = failing === 'createServer' ? failingFirst(create, log.creations) : isAsync ? slowly : creating
  return { server, log }
}

async function concurrent (NextServer, method) {
  const { server, log } = instance(NextServer)
  const outcomes = await together(() => server[method]())
  return { creations: log.creations.calls, loads: log.loads.calls, distinct: distinct(outcomes), failures: failures(outcomes) }
}

async function failure (NextServer, method, failing) {
  const { server, log } = instance(NextServer, { failing })
  const outcomes = await together(() => server[method]())
  const next = said(await outcome(() => server[method]()))
  return { failures: failures(outcomes), next, loads: log.loads.calls, creations: log.creations.calls }
}

// A server that is there, but whose handler cannot be made at first.
async function handlerFails (NextServer) {
  const { server } = instance(NextServer)
  const inner = await server.getServer()
  const { getRequestHandler } = inner
  let calls = 0
  inner.getRequestHandler = function () {
    calls += 1
    if (calls === 1) throw new Error('first')
    return getRequestHandler.call(this)
  }
  const outcomes = await together(() => server.getServerRequestHandler())
  return { failures: failures(outcomes), next: said(await outcome(() => server.getServerRequestHandler())) }
}

async function sequential (NextServer) {
  const { server, log } = instance(NextServer)
  server.setAssetPrefix('/prefix')
  const results = []
  for (let turn = 0; turn < 3; turn++) {
    results.push({ server: await server.getServer(), handler: await server.getServerRequestHandler() })
  }
  const [first, ...later] = results
  const call = first.handler('request', 'response')
  return {
    creations: log.creations.calls,
    options: log.options,
    sameServer: later.every((one) => one.server === first.server) && first.server === log.servers[0],
    sameHandler: later.every((one) => one.handler === first.handler),
    bound: call.self === first.server,
    arguments: call.args,
    field: server.server === first.server,
    prefixes: first.server.prefixes
  }
}

// Settings that the callback of getServer looks at, and what it does to the environment.
async function settings (NextServer) {
  const cases = [
    { conf: { output: 'export' } },
    { conf: { output: 'standalone' } },
    { conf: { experimental: { appDir: false } } },
    { conf: { experimental: { appDir: true, serverActions: true } }, options: { customServer: true } },
    { conf: { output: 'standalone' }, standaloneMode: true },
    { conf: { output: 'export' }, options: { dev: true } }
  ]
  const seen = []
  for (const { conf, options, standaloneMode } of cases) {
    const before = { ...process.env }
    const { server } = instance(NextServer, { conf: configuration(conf), options })
    if (standaloneMode) server.standaloneMode = true
    const result = said(await outcome(() => server.getServer()))
    const changed = Object.entries(process.env).filter(([name, value]) => before[name] !== value)
    seen.push({ result, environment: Object.fromEntries(changed) })
    for (const [name] of changed) delete process.env[name]
    Object.assign(process.env, before)
  }
  return seen
}

async function keptBy (NextServer) {
  const found = {}
  for (const method of METHODS) {
    const { server } = instance(NextServer)
    if (method !== 'getServer') await server.getServer()
    found[method] = await kept(async () => { await server[method]() })
    found[method].held = server.server !== undefined // the instance is alive up to here
  }
  return found
}

// 10.2 to 12.3 warm up a module with a timer of 10 ms: no scenario needs to wait for it.
const globals = { setTimeout: (callback) => setImmediate(callback) }

// What depends on which of the two methods are rewritten, and how: `documented` lets every concurrent first caller
// build its own server, `single-flight` does not, and a failure that the original keeps may be tried again.
function expected (original, { style, changed }) {
  const concurrent = { ...original.concurrent }
  const configFails = { ...original.configFails }
  const creationFails = { ...original.creationFails }
  const alone = style === 'single-flight'
  for (const method of changed) {
    const builds = alone || !changed.includes('getServer') ? 1 : CONCURRENT
    concurrent[method] = { creations: builds, loads: builds, distinct: alone ? 1 : CONCURRENT, failures: 0 }
    if (!changed.includes('getServer')) continue // its promise stays rejected, as in the original
    const failing = { failures: alone ? CONCURRENT : 1, next: 'resolved' }
    configFails[method] = { ...failing, creations: alone ? 1 : CONCURRENT - 1, ...(alone && { loads: 2 }) }
    creationFails[method] = { ...failing, creations: alone ? 2 : CONCURRENT, ...(alone && { loads: 2 }) }
  }
  const handlerFails = changed.includes('getServerRequestHandler')
    ? { failures: alone ? CONCURRENT : 1, next: 'resolved' }
    : original.handlerFails
  return { ...nothingKept(original, { changed }), concurrent, configFails, creationFails, handlerFails }
}

module.exports = {
  expected,
  open (source, file) {
    const { NextServer } = evaluate(source, file, { globals, reveal: ['NextServer'] }).revealed
    return { subject: NextServer, texts: Object.fromEntries(METHODS.map((name) => [name, String(NextServer.prototype[name])])) }
  },
  async facts (NextServer) {
    const each = async (measure) => Object.fromEntries(await Promise.all(METHODS.map(async (name) => [name, await measure(name)])))
    return {
      concurrent: await each((name) => concurrent(NextServer, name)),
      configFails: await each((name) => failure(NextServer, name, 'loadConfig')),
      creationFails: await each((name) => failure(NextServer, name, 'createServer')),
      handlerFails: await handlerFails(NextServer),
      sequential: await sequential(NextServer),
      settings: await settings(NextServer),
      kept: await keptBy(NextServer)
    }
  }
}
