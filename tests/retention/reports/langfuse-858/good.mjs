import { query } from '../_deps/service.mjs'

export async function get(path, callerSignal) {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error('timeout')), 60_000)
  const onAbort = () => late.abort(callerSignal.reason)
  callerSignal.addEventListener('abort', onAbort)
  const cancelled = new Promise((_, reject) => late.signal.addEventListener('abort', () => reject(late.signal.reason)))
  try {
    return await Promise.race([query('get', [path]), cancelled])
  } finally {
    clearTimeout(timer)
    callerSignal.removeEventListener('abort', onAbort)
  }
}
