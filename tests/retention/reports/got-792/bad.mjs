import { EventEmitter } from 'node:events'

class Store extends EventEmitter {
  values = new Map()
  async get(key) {
    return this.values.get(key)
  }
  async set(key, value) {
    this.values.set(key, value)
  }
}

const shared = new Store()
shared.setMaxListeners(0)

class CacheableRequest extends EventEmitter {
  constructor(work, store) {
    super()
    this.work = work
    this.store = store
    store.on('error', (error) => this.emit('error', error))
  }

  async send(key) {
    const known = await this.store.get(key)
    if (known) return known
    const value = await this.work(key)
    await this.store.set(key, value)
    return value
  }
}

export function cached(key, req) {
  return new Promise((resolve, reject) => {
    const request = new CacheableRequest(async () => req.url, shared)
    request.once('error', reject)
    request.send(key).then(resolve, reject)
  })
}
