'use strict'
// A message that is logged again and again: printed, counted and printed once more when the time is over.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { byHand, globals } = require('harness/clock.cjs')
const { lenient } = require('harness/modules.cjs')

const THROTTLE = 600000 // no two messages are so far apart, however slow the machine is

function logging ({ Consola, createConsola }) {
  const printed = []
  const options = { level: 3, throttle: THROTTLE, throttleMin: 2, types: { info: { level: 3, type: 'info' } }, reporters: [{ log: ({ args }) => { printed.push(args.join(' ')) } }] }
  return { printed, logger: Consola ? new Consola(options) : createConsola(options) }
}

const repeated = (module) => byHand(async (clock) => {
  const { logger, printed } = logging(module)
  const seen = []
  const look = () => { seen.push([printed.length, clock.waiting.size, clock.cleared]) }
  for (let round = 0; round < 6; round++) logger.info('one')
  look()
  clock.advance(THROTTLE)
  look()
  logger.info('one')
  logger.info('two')
  look()
  return { printed, seen }
})

const keptBy = (module) => byHand(async (clock) => {
  const { logger, printed } = logging(module)
  const found = await kept(async () => {
    for (let round = 0; round < 6; round++) logger.info('one')
    logger._lastLog.timeout.request = Promise.resolve() // a handle that is kept keeps its request, as a real one does
    clock.advance(THROTTLE)
    await macrotask()
  })
  return { ...found, held: logger !== undefined && printed.length > 2 }
})

module.exports = {
  globals,
  modules: { defu: lenient({ defu: (a, b) => ({ ...b, ...a }), default: (a, b) => ({ ...b, ...a }) }) },
  expected: nothingKept,
  facts: async (module) => ({ repeated: await repeated(module), kept: { fired: await keptBy(module) } })
}
