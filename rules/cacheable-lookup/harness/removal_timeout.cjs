'use strict'
// _tick: old entries go when the timer fires, a nearer time replaces a later one.

const { kept, nothingKept } = require('harness/kept.cjs')
const { evaluate, lenient } = require('harness/modules.cjs')
const { byHand, globals } = require('harness/clock.cjs')

class Resolver { getServers () { return [] } resolve4 () {} resolve6 () {} }
const dns = lenient({ promises: { Resolver }, Resolver, lookup () {}, V4MAPPED: 1, ADDRCONFIG: 2, ALL: 3 })
const modules = { dns, 'node:dns': dns }

const cacheOf = (exports) => new (exports.default ?? exports)({ fallbackDuration: 0, resolver: new Resolver() })

const removal = (module) => byHand(async (clock) => {
  const cache = cacheOf(module)
  const entry = Symbol('entry')
  cache._cache = new Map([['a', { [entry]: 1 }], ['b', {}]])
  const seen = [cache._pending, cache._nextRemovalTime]
  const look = () => { seen.push([clock.waiting.size, cache._nextRemovalTime, cache._cache.size]) }
  cache._tick(100)
  look()
  cache._tick(200)
  look()
  cache._tick(50)
  look()
  clock.advance(50)
  look()
  cache._tick(70)
  look()
  clock.advance(70)
  look()
  return { seen, cleared: clock.cleared }
})

// Of a timer that has fired, and of one that still runs.
async function keptBy (module, ms) {
  const cache = cacheOf(module)
  const found = await kept(async () => {
    cache._tick(ms)
    await new Promise((resolve) => setTimeout(resolve, 20))
  })
  return { ...found, held: cache !== undefined }
}

module.exports = {
  open: (source, file) => ({ subject: evaluate(source, file, { modules, globals }).exports, texts: { source } }),
  expected: nothingKept,
  facts: async (module) => ({
    removal: await removal(module),
    kept: { fired: await keptBy(module, 1), running: await keptBy(module, 1e6) }
  })
}
