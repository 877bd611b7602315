import { query } from '../_deps/service.mjs'

function anySignal(...signals) {
  const controller = new AbortController()
  for (const signal of signals) {
    if (signal.aborted) {
      controller.abort(signal.reason)
      break
    }
    signal.addEventListener('abort', () => controller.abort(signal.reason), { signal: controller.signal })
  }
  return controller.signal
}

export async function get(path, callerSignal) {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error('timeout')), 60_000)
  const signal = anySignal(late.signal, callerSignal)
  const cancelled = new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  try {
    return await Promise.race([query('get', [path]), cancelled])
  } finally {
    clearTimeout(timer)
  }
}
