'use strict'
// As much of React as next/dynamic calls: elements are plain records, hooks answer at once.

const { lenient } = require('harness/modules.cjs')

// `log` counts the updates that components are given, and the module ids that a render names.
function standIn (log) {
  const subscribed = new WeakSet()
  const follow = (key, subscribe) => {
    if (subscribed.has(key)) return
    subscribed.add(key)
    subscribe(() => { log.updates += 1 })
  }
  const store = (subscribe, read) => { follow(subscribe, subscribe); return read() }
  class Component {
    constructor (props) { this.props = props; this.context = log.module }
    setState (partial) { log.updates += 1; Object.assign(this.state, partial) }
  }
  const React = lenient({
    Component,
    Suspense: 'Suspense',
    Fragment: 'Fragment',
    createElement: (type, props, ...children) => ({ type, props: props ?? {}, children }),
    createContext: () => lenient({}),
    forwardRef: (render) => ({ render }),
    lazy: (load) => ({ load }),
    useContext: () => log.module,
    useImperativeHandle: (ref, make) => { if (ref) ref.current = make() },
    useMemo: (make) => make(),
    useSyncExternalStore: store
  })
  const subscription = {
    useSubscription: ({ subscribe, getCurrentValue }) => { follow(subscribe, subscribe); return getCurrentValue() }
  }
  return {
    react: React,
    'use-subscription': subscription,
    'next/dist/compiled/use-subscription': subscription,
    'use-sync-external-store/shim': { useSyncExternalStore: store }
  }
}

// One mounted component: read() renders it and gives its tree as plain data.
function mount (component, log, ref) {
  const isClass = component.prototype !== undefined && typeof component.prototype.render === 'function'
  const instance = isClass ? new component({ id: 1 }) : undefined // eslint-disable-line new-cap
  instance?.UNSAFE_componentWillMount?.()
  const render = component.render ?? component
  const tree = () => (instance ? instance.render() : render({ id: 1 }, ref))
  return { tree, read: () => described(tree()), unmount: () => instance?.componentWillUnmount?.() }
}

function described (node) {
  if (node === null || typeof node !== 'object') return node
  if (Array.isArray(node)) return node.map(described)
  if (!('type' in node)) return Object.keys(node).sort()
  const type = typeof node.type === 'function' ? node.type.name : typeof node.type === 'object' ? Object.keys(node.type).join() : node.type
  return { type, props: Object.fromEntries(Object.entries(node.props).map(([key, value]) => [key, property(value)])), children: described(node.children) }
}

function property (value) {
  if (typeof value === 'function') return 'function'
  if (value instanceof Error) return `Error: ${value.message}`
  return value !== null && typeof value === 'object' ? described(value) : String(value)
}

// The lazy components in a tree, called: what each gives.
async function loadLazies (node, found = []) {
  if (Array.isArray(node)) for (const child of node) await loadLazies(child, found)
  else if (node !== null && typeof node === 'object' && 'type' in node) {
    if (typeof node.type?.load === 'function') found.push(await node.type.load().then((module) => Object.keys(module), () => 'rejected'))
    await loadLazies([...node.children, node.props.fallback], found)
  }
  return found
}

module.exports = { standIn, mount, loadLazies }
