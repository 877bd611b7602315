import { query as fetchJson } from '../_deps/service.mjs'

interface Options {
  timeout?: number
  signal?: AbortSignal
}

export async function request(url: string, options: Options = {}) {
  const context: { options: Options; response?: unknown } = { options: { ...options } }
  let timer: NodeJS.Timeout | undefined
  if (!context.options.signal && context.options.timeout) {
    const controller = new AbortController()
    timer = setTimeout(() => controller.abort(), context.options.timeout)
    context.options.signal = controller.signal
  }
  try {
    context.response = await fetchJson(url, [])
  } finally {
    clearTimeout(timer)
  }
  return context.response
}
