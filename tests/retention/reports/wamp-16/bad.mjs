import { EventEmitter } from 'node:events'

const socket = new EventEmitter()

class WAMPClient {
  constructor() {
    this.callsResolvers = {}
    socket.on('message', (packet) => {
      const resolvers = this.callsResolvers[packet.procedure]?.[packet.signature]
      if (!resolvers) return
      if (packet.success) resolvers.success(packet.data)
      else resolvers.fail(packet.error)
      delete this.callsResolvers[packet.procedure][packet.signature]
    })
  }

  call(procedure, data) {
    if (!this.callsResolvers[procedure]) this.callsResolvers[procedure] = {}
    return new Promise((success, fail) => {
      const signature = `${Date.now()}-${Math.random()}`
      this.callsResolvers[procedure][signature] = { success, fail }
      socket.emit('send', JSON.stringify({ procedure, signature, data }))
    })
  }
}

export const client = new WAMPClient()
