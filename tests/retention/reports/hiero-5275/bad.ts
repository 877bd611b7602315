import { EventEmitter } from 'node:events'

interface Socket extends EventEmitter { id: string; send(text: string): void; terminate(): void }
interface Context { websocket: Socket }

const limiter = { open: 0 }

function handleConnectionClose(ctx: Context): void {
  limiter.open--
  ctx.websocket.terminate()
}

export async function onConnection(ctx: Context, pingInterval = 15_000): Promise<void> {
  limiter.open++
  ctx.websocket.on('close', () => handleConnectionClose(ctx))
  if (pingInterval > 0) {
    setInterval(() => {
      ctx.websocket.send(JSON.stringify({ jsonrpc: '2.0', method: 'ping' }))
    }, pingInterval)
  }
}
