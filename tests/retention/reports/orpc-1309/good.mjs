import { EventEmitter, on } from 'node:events'

export const bus = new EventEmitter()
bus.setMaxListeners(0)

export async function stream(req, res) {
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  res.write('data: hello\n\n')
  try {
    for await (const [change] of on(bus, 'change', { signal: gone.signal })) {
      res.write(`data: ${JSON.stringify(change)}\n\n`)
    }
  } catch (error) {
    if (error.name !== 'AbortError') throw error
  }
}
