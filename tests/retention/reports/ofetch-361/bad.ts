import { query as fetchJson } from '../_deps/service.mjs'

interface Options {
  timeout?: number
  signal?: AbortSignal
}

export async function request(url: string, options: Options = {}) {
  const context: { options: Options; response?: unknown } = { options: { ...options } }
  if (!context.options.signal && context.options.timeout) {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), context.options.timeout)
    context.options.signal = controller.signal
  }
  context.response = await fetchJson(url, [])
  return context.response
}
