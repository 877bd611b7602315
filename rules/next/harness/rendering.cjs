'use strict'
// next/dynamic rendered by the React of a node_modules folder, as the server of a release renders it.

const { createRequire } = require('node:module')
const { Writable } = require('node:stream')
const { evaluate } = require('./surroundings.cjs')
const { kept, macrotask } = require('harness/kept.cjs')

const LATE = 60_000 // milliseconds: no timer of a component fires while it is rendered here

// The Loadable of a file, with the real React of the folder `from` and its context.
function open (source, file, from, find) {
  const real = createRequire(`${from}/`)
  const React = real('react')
  const context = { LoadableContext: React.createContext(null) }
  const modules = { './loadable-context': context, './loadable-context.shared-runtime': context }
  try {
    modules['next/dist/compiled/use-subscription'] = real('use-subscription')
  } catch {}
  const { exports } = evaluate(source, file, { modules, from })
  const LoadableContext = exports.vendored?.contexts.LoadableContext.LoadableContext ?? context.LoadableContext
  return { Loadable: find(exports), LoadableContext, React, server: real('react-dom/server') }
}

function component ({ Loadable, React }, load) {
  const Shown = ({ name }) => React.createElement('b', null, `shown ${name}`)
  const Loading = ({ isLoading, pastDelay, timedOut, error }) =>
    React.createElement('i', null, JSON.stringify({ isLoading, pastDelay, timedOut, error: error && String(error) }))
  const made = { calls: 0 }
  const loader = () => { made.calls += 1; return load({ __esModule: true, default: Shown }) }
  return Object.assign(made, { type: Loadable({ loader, loading: Loading, modules: ['a'], delay: LATE, timeout: LATE }) })
}

// The page around a component: what it renders to, and which modules it names to the context.
function page ({ LoadableContext, React }, type, named) {
  const element = React.createElement(type, { name: 'here' })
  return React.createElement(LoadableContext.Provider, { value: (name) => named.push(name) }, element)
}

function string (real, type) {
  const named = []
  try {
    return { html: real.server.renderToString(page(real, type, named)), named }
  } catch (error) {
    return { error: error.message, named }
  }
}

function streamed (real, type) {
  if (!real.server.renderToPipeableStream) return null
  return new Promise((resolve) => {
    const chunks = []
    const errors = []
    const sink = new Writable({ write (chunk, _, done) { chunks.push(String(chunk)); done() } })
    sink.on('finish', () => resolve({ html: chunks.join(''), errors }))
    const stream = real.server.renderToPipeableStream(page(real, type, []), {
      onAllReady: () => stream.pipe(sink),
      onShellError: (error) => resolve({ error: String(error && error.message) }),
      onError: (error) => { errors.push(String(error && error.message)) }
    })
  })
}

// Rendered after `before`, or while the load is under way; then again when it is over.
async function scenario (real, load, before) {
  let open
  const gate = new Promise((resolve) => { open = resolve })
  const loads = []
  const made = component(real, (module) => {
    loads.push(gate.then(() => load(module)))
    return loads.at(-1)
  })
  const seen = []
  if (before) {
    open()
    await before(real)
    seen.push(await streamed(real, made.type))
  }
  seen.push(string(real, made.type))
  open()
  await Promise.allSettled(loads)
  await macrotask()
  seen.push(string(real, made.type), await streamed(real, made.type))
  await real.Loadable.preloadAll().catch(() => {})
  return { seen, calls: made.calls }
}

async function keptBy (real) {
  const types = []
  const found = await kept(async () => {
    const made = component(real, async (module) => { await macrotask(); return module })
    types.push(made.type)
    await real.Loadable.preloadAll()
    string(real, made.type)
  })
  return { ...found, held: types.length === 1 }
}

const slowly = async (module) => { await macrotask(); return module }
const never = async () => { await macrotask(); throw new Error('no module') }
const preloaded = ({ Loadable }) => Loadable.preloadAll().catch(() => {})

module.exports = {
  open,
  facts: async (real) => ({
    react: real.React.version,
    preloaded: await scenario(real, slowly, preloaded),
    unprepared: await scenario(real, slowly),
    failed: await scenario(real, never, preloaded),
    unpreparedFailure: await scenario(real, never)
  }),
  kept: keptBy
}
