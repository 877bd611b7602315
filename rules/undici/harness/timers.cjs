'use strict'
// setTimeout and clearTimeout of undici: what fires, and what the timer behind them keeps.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')

const SLOW = 1001 // milliseconds: what is shorter is left to Node's own timers

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const functions = (module) => ({ set: module.setFastTimeout ?? module.setTimeout, clear: module.clearFastTimeout ?? module.clearTimeout })

async function fired (module) {
  const { set, clear } = functions(module)
  const log = []
  set((given) => log.push(given), SLOW, 'first')
  const cleared = set((given) => log.push(given), SLOW, 'cleared')
  set((given) => log.push(given), SLOW, 'second')
  clear(cleared)
  for (let round = 0; round < 60 && log.length < 2; round++) await pause(100)
  log.sort() // those of one tick fire in no order that is promised
  set((given) => log.push(given), SLOW, 'later')
  for (let round = 0; round < 60 && log.length < 3; round++) await pause(100)
  return log
}

async function keptBy (module) {
  const { set, clear } = functions(module)
  const found = await kept(async () => {
    clear(set(() => {}, SLOW))
    await macrotask()
  })
  return { ...found, held: true }
}

module.exports = {
  expected: nothingKept,
  // The timer is made once, so it is what is looked at first.
  facts: async (module) => ({ kept: { timer: await keptBy(module) }, fired: await fired(module) })
}
