import { EventEmitter } from 'node:events'

const socket = new EventEmitter()

class WAMPClient {
  constructor(patience = 30) {
    this.patience = patience
    this.callsResolvers = {}
    socket.on('message', (packet) => {
      const resolvers = this.callsResolvers[packet.procedure]?.[packet.signature]
      if (!resolvers) return
      clearTimeout(resolvers.timer)
      if (packet.success) resolvers.success(packet.data)
      else resolvers.fail(packet.error)
      delete this.callsResolvers[packet.procedure][packet.signature]
    })
  }

  call(procedure, data) {
    if (!this.callsResolvers[procedure]) this.callsResolvers[procedure] = {}
    return new Promise((success, fail) => {
      const signature = `${Date.now()}-${Math.random()}`
      const timer = setTimeout(() => {
        delete this.callsResolvers[procedure][signature]
        fail(new Error('no answer'))
      }, this.patience)
      this.callsResolvers[procedure][signature] = { success, fail, timer }
      socket.emit('send', JSON.stringify({ procedure, signature, data }))
    })
  }
}

export const client = new WAMPClient()
