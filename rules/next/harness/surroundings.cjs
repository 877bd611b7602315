'use strict'
// What the files of Next import: the compiler's helpers and the tracer, which must do something to be driven.

const { evaluate: plain, lenient } = require('harness/modules.cjs')

const runGenerator = (make) => function (...args) {
  const generator = make.apply(this, args)
  const step = async (value) => {
    const result = generator.next(value)
    return result.done ? result.value : step(await result.value)
  }
  return step()
}

// The helpers of SWC, by the last word of their module's name.
const helpers = {
  extends: Object.assign,
  interop_require_default: (object) => (object && object.__esModule ? object : { default: object }),
  interop_require_wildcard: (object) => (object && object.__esModule ? object : { ...object, default: object }),
  async_to_generator: runGenerator
}

const tracer = { getTracer: () => lenient({ wrap: (_, wrapped) => wrapped, trace: (...args) => args.at(-1)() }) }

function surrounding (name) {
  if (/trace\/tracer(\.js)?$/.test(name)) return tracer
  const last = name.split('/').pop().replace(/^_/, '').replace(/\.js$/, '')
  const found = name.startsWith('@swc/helpers/') && helpers[last]
  return found ? { default: found, _: found } : undefined
}

/** Evaluates a file of Next, as `evaluate` of the driver does any file. */
const evaluate = (source, file, options = {}) =>
  plain(source, file, { surrounding, real: (name) => !name.startsWith('next/'), ...options })

module.exports = { evaluate }
