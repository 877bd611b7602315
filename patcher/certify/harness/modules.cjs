'use strict'
// Evaluates one file of a package with every import stubbed, so that nothing else of it runs.

const { builtinModules, createRequire } = require('node:module')
const vm = require('node:vm')

const builtins = new Set(builtinModules)
const IS_MODULE = /^\s*(?:import\b(?!\s*\()|export\b)/m

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

const silent = Object.fromEntries(Object.keys(console).map((name) => [name, () => {}]))

const list = (names, sign) => names.split(',').map((name) => name.trim()).filter(Boolean)
  .map((name) => name.replace(/^(\S+)\s+as\s+(\S+)$/, sign))

/**
 * An ES module as the text of a CommonJS one that does the same. It knows the statements that compilers and
 * bundlers write at the top level, each beginning a line. Of a CommonJS text only `import('...')` is another one.
 */
function asScript (source) {
  if (!IS_MODULE.test(source)) return source.replace(/\bimport\s*\((?=\s*["'])/g, '__dynamic(')
  const last = []
  const exporting = (name, value = name) => { last.push(`get ${name} () { return ${value} }`) }
  const load = (from) => `__imported(require(${from}))`
  const text = source
    .replace(/^import\s+(?:([\w$]+)\s*,\s*)?\{([^}]*)\}\s*from\s*(["'][^"']+["']);?/gm, (_, main, names, from) =>
      `${main ? `const ${main} = ${load(from)}.default; ` : ''}const { ${list(names, '$1: $2').join(', ')} } = ${load(from)};`)
    .replace(/^import\s+\*\s+as\s+([\w$]+)\s+from\s*(["'][^"']+["']);?/gm, (_, name, from) => `const ${name} = ${load(from)};`)
    .replace(/^import\s+([\w$]+)\s*(?:,\s*\*\s+as\s+([\w$]+)\s*)?from\s*(["'][^"']+["']);?/gm, (_, main, all, from) =>
      `const ${main} = ${load(from)}.default;${all ? ` const ${all} = ${load(from)};` : ''}`)
    .replace(/^import\s*["'][^"']+["'];?/gm, '')
    .replace(/^export\s+\*.*$/gm, '')
    .replace(/^export\s+\{[^}]*\}\s*from\s.*$/gm, '')
    .replace(/^export\s*\{([^}]*)\};?/gm, (_, names) => {
      for (const pair of list(names, '$1|$2')) {
        const [value, name] = pair.includes('|') ? pair.split('|') : [pair, pair]
        exporting(name, value)
      }
      return ''
    })
    .replace(/^export\s+default\s+((?:async\s+)?function\s*\*?|class)\s+([\w$]+)/gm, (_, kind, name) => {
      exporting('default', name)
      return `${kind} ${name}`
    })
    .replace(/^export\s+default\s+/gm, 'exports.default = ')
    .replace(/^export\s+((?:async\s+)?function\s*\*?|class|const|let|var)\s+([\w$]+)/gm, (_, kind, name) => {
      exporting(name)
      return `${kind} ${name}`
    })
    .replace(/\bimport\.meta\.url\b/g, '"file:///module.mjs"')
    .replace(/\bimport\.meta\b/g, '({})')
    .replace(/\bimport\s*\(/g, '__dynamic(')
  return `${text}\n;Object.defineProperties(exports, Object.getOwnPropertyDescriptors({ ${last.join(', ')} }));`
}

/**
 * Evaluates `source`, CommonJS or an ES module, as the file `file`.
 *
 * modules: what an import gives, by name; what is missing there is a built-in module, a package that can be
 *     resolved from the folder `from`, what `surrounding(name)` gives, or a stub that answers everything.
 * globals: names that hide those of the process.
 * reveal: names of the module's own scope that are wanted beside its exports.
 * real: which packages may be resolved from `from`.
 * Returns { exports, revealed }.
 */
function evaluate (source, file, { modules = {}, globals = {}, reveal = [], from = '', surrounding = () => undefined, real = () => true } = {}) {
  const resolve = from ? createRequire(`${from}/`) : undefined
  const cache = new Map()
  const find = (name) => {
    if (name in modules) return modules[name]
    if (builtins.has(name.replace(/^node:/, ''))) return require(name)
    if (resolve && !name.startsWith('.') && real(name)) {
      try { return resolve(name) } catch {}
    }
    return surrounding(name) ?? anything()
  }
  const stubbed = (name) => {
    if (!cache.has(name)) cache.set(name, find(name))
    return cache.get(name)
  }
  stubbed.resolve = (name) => name
  // What an ES module sees of what `require` gives: the object itself as its default, unless it has one.
  const imported = (found) => (found !== null && typeof found === 'object' && !('default' in found)
    ? new Proxy(found, { get: (target, key) => (key === 'default' ? target : target[key]) })
    : found)
  const module = { exports: {}, id: file, filename: file, children: [], paths: [] }
  const scope = {
    exports: module.exports,
    require: stubbed,
    module,
    __filename: file,
    __dirname: '/',
    __imported: imported,
    __dynamic: async (name) => imported(stubbed(name)),
    console: silent,
    ...globals
  }
  const code = `${asScript(source)}\n;return {${reveal.join(', ')}}`
  const run = vm.compileFunction(code, Object.keys(scope), { filename: file })
  const revealed = run.apply(module.exports, Object.values(scope))
  return { exports: module.exports, revealed }
}

module.exports = { anything, lenient, asScript, evaluate }
