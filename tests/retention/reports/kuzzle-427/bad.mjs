import { EventEmitter } from 'node:events'

class Protocol extends EventEmitter {
  constructor(send) {
    super()
    this.setMaxListeners(0)
    this.send = send
    this.pendingRequests = new Map()
  }

  query(request) {
    this.pendingRequests.set(request.requestId, request)
    return new Promise((resolve, reject) => {
      this.once(request.requestId, (response) => {
        this.pendingRequests.delete(request.requestId)
        if (response.error) reject(response.error)
        else resolve(response)
      })
      this.send(request)
    })
  }

  disconnected() {
    this.emit('networkError')
  }
}

export const protocol = new Protocol(() => {})
