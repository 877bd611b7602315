import type { IncomingMessage, ServerResponse } from 'node:http'
import { query } from '../_deps/service.mjs'

const loadSession = (id: string) => query('session', [id])

export async function handleEvents(req: IncomingMessage, res: ServerResponse): Promise<void> {
  let heartbeat: NodeJS.Timeout | undefined
  let closed = false
  res.on('close', () => {
    closed = true
    clearInterval(heartbeat)
  })
  await loadSession(req.url ?? '/')
  if (closed) return
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  heartbeat = setInterval(() => {
    res.write(': ping\n\n')
  }, 25_000)
  heartbeat.unref?.()
}
