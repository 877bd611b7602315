'use strict'
// next/dynamic: the Loadable function of loadable.js, or of a runtime that bundles it.

const { evaluate } = require('./surroundings.cjs')
const { kept, macrotask } = require('harness/kept.cjs')
const { together, outcome, distinct, failures, said } = require('harness/calls.cjs')
const { byHand, globals } = require('harness/clock.cjs')
const { standIn, mount, loadLazies } = require('./react.cjs')
const rendering = require('./rendering.cjs')

function Loading () {}
function Shown () {}
const MODULE = { __esModule: true, default: Shown }

// A loader that counts its calls; by default it gives MODULE a macrotask later.
function counting (work = async () => { await macrotask(); return MODULE }) {
  const loader = () => { loader.calls += 1; return work(loader.calls) }
  loader.calls = 0
  return loader
}

function deferred () {
  const made = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}

const failing = (reason) => counting(async () => { await macrotask(); throw reason })
const component = (Loadable, loader, options) => Loadable({ loader, loading: Loading, modules: ['a'], ...options })
const preloading = (made) => (made.preload ?? made.render.preload)() // forwardRef hides it
const drained = (Loadable) => Loadable.preloadAll().catch(() => {})

async function preload ({ Loadable }) {
  const loader = counting()
  const made = component(Loadable, loader)
  const outcomes = await together(() => preloading(made))
  const again = preloading(made)
  const later = await again
  await drained(Loadable)
  return { distinct: distinct(outcomes), failures: failures(outcomes), same: later === outcomes[0].value, loads: loader.calls, promised: again instanceof Promise }
}

async function preloadAll ({ Loadable }) {
  const loaders = [counting(), counting(), counting()]
  const inner = counting()
  let nested
  loaders.push(counting(async () => { nested = component(Loadable, inner); return MODULE }))
  const all = loaders.map((loader) => component(Loadable, loader))
  const first = said(await outcome(() => Loadable.preloadAll()))
  const second = said(await outcome(() => Loadable.preloadAll()))
  const third = await Promise.all(all.map((made) => preloading(made)))
  return { first, second, loads: loaders.map((loader) => loader.calls), nested: nested !== undefined && inner.calls, modules: third.map((module) => module === MODULE) }
}

// A failed load, asked for again and again, as every render does.
async function failure ({ Loadable, log }, reason) {
  const loader = failing(reason)
  const made = component(Loadable, loader)
  const outcomes = await together(() => preloading(made))
  const view = mount(made, log)
  const trees = [view.read(), view.read(), view.read()]
  preloading(made).catch(() => {})
  await macrotask()
  const later = said(await outcome(() => preloading(made)))
  const all = said(await outcome(() => Loadable.preloadAll()))
  view.unmount()
  return { reasons: [...new Set(outcomes.map(said))], failures: failures(outcomes), later, all, trees, loads: loader.calls }
}

async function throwing ({ Loadable }) {
  let calls = 0
  const made = component(Loadable, () => { calls += 1; throw new Error('no module') })
  const results = [said(await outcome(() => preloading(made))), said(await outcome(() => preloading(made)))]
  const all = [said(await outcome(() => Loadable.preloadAll())), said(await outcome(() => Loadable.preloadAll()))]
  return { results, all, calls }
}

// What a loading component is shown, and how timers fire: `delay` 200 ms, `timeout` 1000 ms, then it loads.
const timers = ({ Loadable, log }, options) => byHand(async (clock) => {
  const arrival = deferred()
  log.updates = 0
  const made = component(Loadable, counting(() => arrival.promise), options)
  const view = mount(made, log)
  const seen = []
  const look = () => {
    const tree = view.read() // the first render starts the load
    seen.push({ at: clock.now, waiting: clock.waiting.size, updates: log.updates, tree })
  }
  look()
  for (const step of [199, 1, 799, 1]) { clock.advance(step); look() }
  arrival.resolve(MODULE)
  await macrotask()
  look()
  view.unmount()
  await drained(Loadable)
  return { seen, cleared: clock.cleared, waiting: clock.waiting.size }
})

// A load that settles before its timers: they are cleared and never fire.
const early = ({ Loadable, log }, settle) => byHand(async (clock) => {
  const arrival = deferred()
  log.updates = 0
  const view = mount(component(Loadable, counting(() => arrival.promise), { delay: 200, timeout: 1000 }), log)
  view.read()
  clock.advance(50)
  settle(arrival)
  await macrotask()
  const [waiting, before] = [clock.waiting.size, log.updates]
  clock.advance(5000)
  view.unmount()
  await drained(Loadable)
  return { waiting, cleared: clock.cleared, silent: before === log.updates, tree: view.read() }
})

// The first load fails, the loading component calls retry, the second load succeeds.
async function retry ({ Loadable, log }) {
  const loader = counting(async (call) => { await macrotask(); if (call === 1) throw new Error('first'); return MODULE })
  const ref = {}
  const view = mount(component(Loadable, loader, { delay: 200, timeout: 1000 }), log, ref)
  const before = view.read()
  await macrotask()
  await macrotask()
  const failed = view.tree()
  const again = failed?.props?.retry ?? ref.current?.retry
  again?.()
  const loading = view.read()
  await macrotask()
  await macrotask()
  view.unmount()
  await drained(Loadable)
  return { before, retried: typeof again, loading, after: view.read(), loads: loader.calls }
}

async function lazies ({ Loadable, log }) {
  const loader = counting()
  const made = component(Loadable, loader, { suspense: true, lazy: true })
  await preloading(made)
  const found = await loadLazies(mount(made, log).tree())
  const fresh = component(Loadable, loader)
  const unloaded = await loadLazies(mount(fresh, log).tree())
  await drained(Loadable)
  return { found, unloaded, loads: loader.calls }
}

async function map ({ Loadable, log }) {
  if (!Loadable.Map) return null
  const seen = []
  for (const work of [undefined, async () => { await macrotask(); throw new Error('one of two') }]) {
    const loader = { a: counting(), b: counting(work) }
    const made = Loadable.Map({ loader, loading: Loading, render: (loaded) => ({ type: 'Map', props: { keys: Object.keys(loaded).join() }, children: [] }) })
    const first = await outcome(() => preloading(made))
    const later = await outcome(() => preloading(made))
    const view = mount(made, log)
    seen.push({ first: said(first), modules: first.value?.length, later: said(later), again: later.value?.length, tree: view.read(), loads: [loader.a.calls, loader.b.calls] })
    view.unmount()
    await drained(Loadable)
  }
  return seen
}

async function keptBy ({ Loadable, real }) {
  const components = []
  const measure = async (make) => {
    const found = await kept(async () => {
      const made = make()
      components.push(made)
      await Loadable.preloadAll().catch(() => {})
      await preloading(made).catch(() => {})
    })
    return { ...found, held: components.at(-1) !== undefined }
  }
  const found = {
    loaded: await measure(() => component(Loadable, counting(), { delay: 200, timeout: 1000 })),
    failed: await measure(() => component(Loadable, failing('a reason'), { delay: 200, timeout: 1000 }))
  }
  if (Loadable.Map) {
    const options = { loading: Loading, render: () => null }
    found.map = await measure(() => Loadable.Map({ loader: { a: counting() }, ...options }))
    found.failedMap = await measure(() => Loadable.Map({ loader: { a: failing('a reason') }, ...options }))
  }
  if (real) found.rendered = await rendering.kept(real)
  return found
}

const LATE = { delay: 200, timeout: 1000 }

module.exports = {
  open (source, file, from, find = (exports) => exports.default) {
    const log = { updates: 0, named: 0, module: () => { log.named += 1 } }
    const { exports } = evaluate(source, file, { modules: standIn(log), globals })
    const real = from ? rendering.open(source, file, from, find) : undefined
    return { subject: { Loadable: find(exports), log, real }, texts: { source } }
  },
  facts: async (subject) => ({
    preload: await preload(subject),
    preloadAll: await preloadAll(subject),
    fails: await failure(subject, new Error('no module')),
    failsUndefined: await failure(subject, undefined),
    throws: await throwing(subject),
    timers: await timers(subject, LATE),
    noDelay: await timers(subject, { delay: 0 }),
    early: await early(subject, (arrival) => arrival.resolve(MODULE)),
    earlyFailure: await early(subject, (arrival) => arrival.reject(new Error('early'))),
    retry: await retry(subject),
    lazies: await lazies(subject),
    map: await map(subject),
    rendering: subject.real ? await rendering.facts(subject.real) : null,
    kept: await keptBy(subject)
  })
}
