const listeners: Record<string, ((data: unknown) => void)[]> = {}

export const trigger = (key: string, data: unknown) => {
  if (listeners[key]) listeners[key].forEach((listener) => listener(data))
}

export const subscribe = (key: string, listener: (data: unknown) => void) => {
  if (!listeners[key]) listeners[key] = []
  listeners[key].push(listener)

  return function unsubscribe() {
    const index = listeners[key].indexOf(listener)
    listeners[key].splice(index, 1)
  }
}

export function renderPage(req: { url: string }, res: { write(text: string): void }) {
  const state: { data?: unknown } = {}
  subscribe('user', (data) => {
    state.data = data
    res.write(req.url)
  })
  res.write('<html>')
}
