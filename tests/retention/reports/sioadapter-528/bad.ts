import { EventEmitter } from 'node:events'

const redis = Object.assign(new EventEmitter(), {
  async ssubscribe(_channel: string) {},
  async sunsubscribe(_channel: string) {},
})

function SSUBSCRIBE(client: typeof redis, channel: string, handler: (message: Buffer, channel: string) => void) {
  client.ssubscribe(channel)
  client.on('smessageBuffer', (rawChannel: Buffer, message: Buffer) => {
    if (rawChannel.toString() === channel) handler(message, channel)
  })
}

function SUNSUBSCRIBE(client: typeof redis, channel: string) {
  client.sunsubscribe(channel)
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
