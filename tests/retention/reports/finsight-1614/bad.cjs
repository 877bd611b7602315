const { setTimeout: sleep } = require('node:timers/promises')

const MODEL_TIMEOUT_MS = 15_000

exports.analyze = async function analyze(text) {
  const call = sleep(1, { label: text.length })
  const timeout = new Promise((_, reject) => setTimeout(() => reject(new Error('model timeout')), MODEL_TIMEOUT_MS))
  try {
    return await Promise.race([call, timeout])
  } catch (error) {
    return { error: error.message }
  }
}
