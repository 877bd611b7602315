'use strict'
// A message that is logged again and again: printed, counted and printed once more when the time is over.

const { kept, macrotask, nothingKept } = require('harness/kept.cjs')
const { lenient } = require('harness/modules.cjs')

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

function logging ({ Consola, createConsola }, throttle) {
  const printed = []
  const options = { level: 3, throttle, throttleMin: 2, types: { info: { level: 3, type: 'info' } }, reporters: [{ log: ({ args }) => { printed.push(args.join(' ')) } }] }
  return { printed, logger: Consola ? new Consola(options) : createConsola(options) }
}

async function repeated (module) {
  const { logger, printed } = logging(module, 30)
  for (let round = 0; round < 6; round++) logger.info('one')
  const [at, running] = [printed.length, logger._lastLog.timeout !== undefined]
  await pause(80)
  logger.info('one')
  logger.info('two')
  return { printed, at, running }
}

async function keptBy (module) {
  const { logger, printed } = logging(module, 5)
  const found = await kept(async () => {
    for (let round = 0; round < 6; round++) logger.info('one')
    await pause(40)
    await macrotask()
  })
  return { ...found, held: printed.length > 2 }
}

module.exports = {
  modules: { defu: lenient({ defu: (a, b) => ({ ...b, ...a }), default: (a, b) => ({ ...b, ...a }) }) },
  expected: nothingKept,
  facts: async (module) => ({ repeated: await repeated(module), kept: { fired: await keptBy(module) } })
}
