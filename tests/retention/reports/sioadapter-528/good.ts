import { EventEmitter } from 'node:events'

const redis = Object.assign(new EventEmitter(), {
  async ssubscribe(_channel: string) {},
  async sunsubscribe(_channel: string) {},
})

const handlers = new Map<string, (message: Buffer, channel: string) => void>()
redis.on('smessageBuffer', (rawChannel: Buffer, message: Buffer) => {
  const channel = rawChannel.toString()
  handlers.get(channel)?.(message, channel)
})

function SSUBSCRIBE(client: typeof redis, channel: string, handler: (message: Buffer, channel: string) => void) {
  client.ssubscribe(channel)
  handlers.set(channel, handler)
}

function SUNSUBSCRIBE(client: typeof redis, channel: string) {
  client.sunsubscribe(channel)
  handlers.delete(channel)
}

export class ShardedAdapter {
  private readonly rooms = new Set<string>()

  constructor(private readonly sub = redis) {
    this.sub.setMaxListeners(0)
  }

  join(room: string, req: { url: string }) {
    this.rooms.add(room)
    SSUBSCRIBE(this.sub, room, (message) => console.log(req.url, message))
  }

  leave(room: string) {
    this.rooms.delete(room)
    SUNSUBSCRIBE(this.sub, room)
  }
}

export const adapter = new ShardedAdapter()
