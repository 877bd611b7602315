'use strict'
// Loadable and Loadable.Map: preload, failures, timers of a mounted component, retry.

const { kept, macrotask } = require('harness/kept.cjs')
const { together, outcome, distinct, failures, said } = require('harness/calls.cjs')
const { byHand, globals } = require('harness/clock.cjs')

// As much of React as a class component needs: an element is a plain record.
function Component (props) { Object.assign(this, { props, context: {} }) }
Component.prototype.setState = function (partial) { Object.assign(this.state, partial) }
const React = { Component, Children: { only: (child) => child }, createElement: (type, props) => ({ type: type.name, props }) }
const shape = () => ({ isRequired: {} })
const PropTypes = { func: { isRequired: {} }, shape }

function Shown () {}
function Loading () {}
const MODULE = { __esModule: true, default: Shown }

function counting (work = async () => { await macrotask(); return MODULE }) {
  const loader = () => { loader.calls += 1; return work(loader.calls) }
  loader.calls = 0
  return loader
}

const failing = (reason) => counting(async () => { await macrotask(); throw reason })
const component = (Loadable, loader, options) => Loadable({ loader, loading: Loading, ...options })

function mount (type) {
  const instance = new type({}) // eslint-disable-line new-cap
  instance.componentWillMount()
  return instance
}

async function preload (Loadable, loader) {
  const made = component(Loadable, loader)
  const outcomes = await together(() => made.preload())
  const later = await outcome(() => made.preload())
  const shown = mount(made).render()
  await Loadable.preloadAll().catch(() => {})
  const reasons = [...new Set(outcomes.map(said))]
  return { distinct: distinct(outcomes), failures: failures(outcomes), reasons, later: said(later), same: later.value === outcomes[0].value, loads: loader.calls, shown: shown?.type, promised: made.preload() instanceof Promise }
}

async function map (Loadable, second) {
  const loader = { a: counting(), b: second }
  const made = Loadable.Map({ loader, loading: Loading, render: (loaded) => ({ type: Object.keys(loaded).join() }) })
  const [first, later] = [await outcome(() => made.preload()), await outcome(() => made.preload())]
  await Loadable.preloadAll().catch(() => {})
  return { first: said(first), modules: first.value?.length, later: said(later), again: later.value?.length, shown: mount(made).render().type, loads: [loader.a.calls, loader.b.calls] }
}

const timers = (Loadable) => byHand(async (clock) => {
  let arrive
  const made = component(Loadable, () => new Promise((resolve) => { arrive = resolve }), { delay: 200, timeout: 1000 })
  const view = mount(made)
  const seen = []
  for (const step of [0, 199, 1, 800]) {
    clock.advance(step)
    const { pastDelay, timedOut } = view.render().props
    seen.push([clock.now, clock.waiting.size, pastDelay, timedOut])
  }
  const early = mount(component(Loadable, async () => MODULE, { delay: 200, timeout: 1000 }))
  const before = clock.waiting.size
  arrive(MODULE)
  await macrotask()
  early.componentWillUnmount()
  return { seen, shown: view.render().type, early: early.render().type, before, waiting: clock.waiting.size }
})

async function retry (Loadable) {
  const loader = counting(async (call) => { await macrotask(); if (call === 1) throw new Error('first'); return MODULE })
  const view = mount(component(Loadable, loader))
  await macrotask()
  await macrotask()
  const failed = view.render()
  failed.props.retry?.()
  await macrotask()
  await macrotask()
  return { failed: String(failed.props.error), after: view.render().type, loads: loader.calls }
}

async function keptBy (Loadable) {
  const alive = []
  const measure = async (make) => {
    const found = await kept(async () => {
      const made = make()
      await made.preload().catch(() => {})
      alive.push(made)
    })
    return { ...found, held: alive.length > 0 }
  }
  const map = (loader) => () => Loadable.Map({ loader, loading: Loading, render: () => null })
  return {
    loaded: await measure(() => component(Loadable, counting())),
    failed: await measure(() => component(Loadable, failing(new Error('no module')))),
    map: await measure(map({ a: counting() })),
    failedMap: await measure(map({ a: failing(new Error('no module')) })),
    mounted: await measure(() => {
      const made = component(Loadable, counting(), { delay: 60_000, timeout: 60_000 })
      return Object.assign(made, { view: mount(made) })
    })
  }
}

module.exports = {
  modules: { react: React, 'prop-types': PropTypes },
  globals,
  facts: async (Loadable) => ({
    preload: await preload(Loadable, counting()),
    fails: await preload(Loadable, failing(new Error('no module'))),
    failsUndefined: await preload(Loadable, failing(undefined)),
    map: await map(Loadable, counting()),
    failedMap: await map(Loadable, failing(new Error('one of two'))),
    timers: await timers(Loadable),
    retry: await retry(Loadable),
    kept: await keptBy(Loadable)
  })
}
