import { EventEmitter } from 'node:events'

class Protocol extends EventEmitter {
  constructor(send) {
    super()
    this.setMaxListeners(0)
    this.send = send
    this.pendingRequests = new Map()
  }

  query(request) {
    return new Promise((resolve, reject) => {
      this.pendingRequests.set(request.requestId, { resolve, reject })
      this.send(request)
    })
  }

  answered(response) {
    const waiting = this.pendingRequests.get(response.requestId)
    if (!waiting) return
    this.pendingRequests.delete(response.requestId)
    if (response.error) waiting.reject(response.error)
    else waiting.resolve(response)
  }

  disconnected() {
    for (const waiting of this.pendingRequests.values()) waiting.reject(new Error('network lost'))
    this.pendingRequests.clear()
    this.emit('networkError')
  }
}

export const protocol = new Protocol(() => {})
