'use strict'
// Batcher.add: a batch that is full, one whose time is over, and what the batcher keeps afterwards.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { byHand, globals } = require('harness/clock.cjs')
const { lenient } = require('harness/modules.cjs')

class Events {
  constructor (instance) {
    this.listeners = []
    instance.on = (name, listener) => { this.listeners.push([name, listener]) }
  }

  trigger (name, ...args) { for (const [wanted, listener] of this.listeners) if (wanted === name) listener(...args) }
}

const parser = lenient({ load: (received, defaults, onto = {}) => Object.assign(onto, defaults, received) })

function instance (Batcher, options) {
  const batcher = new Batcher(options)
  const batches = []
  batcher.on('batch', (items) => { batches.push([...items]) })
  return { batcher, batches }
}

const timed = (Batcher) => byHand(async (clock) => {
  const { batcher, batches } = instance(Batcher, { maxTime: 10, maxSize: 3 })
  const settled = []
  for (const item of ['a', 'b', 'c', 'd']) batcher.add(item).then(() => settled.push(item))
  await macrotask()
  const full = [batches.length, settled.join(''), clock.waiting.size]
  clock.advance(10)
  await macrotask()
  const over = [batches.length, settled.join(''), clock.waiting.size]
  batcher._lastFlush = 0
  const same = batcher.add('e') === batcher.add('f')
  clock.advance(10)
  await macrotask()
  return { full, over, same, batches, flushed: batcher._lastFlush !== 0, cleared: clock.cleared }
})

async function keptBy (Batcher) {
  const { batcher, batches } = instance(Batcher, { maxTime: 1, maxSize: 100 })
  const found = await kept(async () => { await batcher.add('item') })
  return { ...found, held: batches.length === 1 }
}

module.exports = {
  modules: { './Events': Events, './parser': parser },
  globals,
  expected: nothingKept,
  // The bundle without Redis has the class as a property of what it exports.
  facts: async (exports) => {
    const Batcher = exports.Batcher ?? exports
    return { timed: await timed(Batcher), kept: { add: await keptBy(Batcher) } }
  }
}
