import { EventEmitter, on } from 'node:events'

export const bus = new EventEmitter()
bus.setMaxListeners(0)

export async function stream(req, res) {
  res.write('data: hello\n\n')
  for await (const [change] of on(bus, 'change')) {
    if (res.destroyed) break
    res.write(`data: ${JSON.stringify(change)}\n\n`)
  }
}
