import { once } from 'node:events'
import net from 'node:net'
import { port } from '../_deps/service.mjs'

class Pool {
  idle = []
  waiting = []
  open = 0

  constructor(most) {
    this.most = most
  }

  async acquire() {
    if (this.idle.length > 0) return this.idle.pop()
    if (this.open < this.most) return this.connect()
    return new Promise((done) => this.waiting.push(done))
  }

  async connect() {
    this.open++
    const socket = net.connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }

  release(socket) {
    const next = this.waiting.shift()
    if (next) next(socket)
    else this.idle.push(socket)
  }

  async use(work) {
    const socket = await this.acquire()
    try {
      return await work(socket)
    } finally {
      this.release(socket)
    }
  }
}

export const pool = new Pool(3)
