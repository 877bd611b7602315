'use strict'
// Evaluates one CommonJS file of a package with every require stubbed, so that nothing else of it runs.

const { builtinModules, createRequire } = require('node:module')
const vm = require('node:vm')

const builtins = new Set(builtinModules)

// A value that answers everything: it may be called, constructed, extended, read, iterated and printed.
function anything () {
  const target = function () {}
  return new Proxy(target, {
    get (_, key) {
      if (key === 'prototype') return target.prototype
      if (key === 'then') return undefined
      if (key === '__esModule') return true
      if (key === Symbol.iterator) return function * () {}
      if (key === Symbol.toPrimitive) return () => ''
      return anything()
    },
    apply: () => anything(),
    construct: () => ({})
  })
}

// `object`, with anything() for the members that it lacks.
const lenient = (object) => new Proxy(object, {
  get: (target, key) => (key in target || key === '__esModule' || key === 'then' ? target[key] : anything())
})

const runGenerator = (make) => function (...args) {
  const generator = make.apply(this, args)
  const step = async (value) => {
    const result = generator.next(value)
    return result.done ? result.value : step(await result.value)
  }
  return step()
}

// The compiler's helpers, by the last word of their module's name.
const helpers = {
  extends: Object.assign,
  interop_require_default: (object) => (object && object.__esModule ? object : { default: object }),
  interop_require_wildcard: (object) => (object && object.__esModule ? object : { ...object, default: object }),
  async_to_generator: runGenerator
}

function helper (name) {
  const last = name.split('/').pop().replace(/^_/, '').replace(/\.js$/, '')
  const found = name.startsWith('@swc/helpers/') && helpers[last]
  return found ? { default: found, _: found } : undefined
}

const tracer = { getTracer: () => lenient({ wrap: (_, wrapped) => wrapped, trace: (...args) => args.at(-1)() }) }
const silent = Object.fromEntries(Object.keys(console).map((name) => [name, () => {}]))

/**
 * Evaluates `source` as the CommonJS module `file`.
 *
 * modules: what require gives, by name; what is missing there is a built-in module, a package that can be
 *     resolved from the folder `from`, or a stub that answers everything.
 * globals: names that hide those of the process.
 * reveal: names of the module's own scope that are wanted beside its exports.
 * Returns { exports, revealed }.
 */
function evaluate (source, file, { modules = {}, globals = {}, reveal = [], from = '' } = {}) {
  const real = from ? createRequire(`${from}/`) : undefined
  const cache = new Map()
  const find = (name) => {
    if (name in modules) return modules[name]
    if (builtins.has(name.replace(/^node:/, ''))) return require(name)
    if (real && !name.startsWith('.') && !name.startsWith('next/')) {
      try { return real(name) } catch {}
    }
    if (/trace\/tracer(\.js)?$/.test(name)) return tracer
    return helper(name) ?? anything()
  }
  const stubbed = (name) => {
    if (!cache.has(name)) cache.set(name, find(name))
    return cache.get(name)
  }
  stubbed.resolve = (name) => name
  const module = { exports: {}, id: file, filename: file, children: [], paths: [] }
  const scope = { exports: module.exports, require: stubbed, module, __filename: file, __dirname: '/', console: silent, ...globals }
  const code = `${source}\n;return {${reveal.join(', ')}}`
  const run = vm.compileFunction(code, Object.keys(scope), { filename: file })
  const revealed = run.apply(module.exports, Object.values(scope))
  return { exports: module.exports, revealed }
}

module.exports = { anything, lenient, evaluate }
