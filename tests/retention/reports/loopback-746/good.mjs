import { EventEmitter } from 'node:events'

class Client extends EventEmitter {
  async query(text) {
    return [text]
  }
}

class Pool {
  idle = []
  async connect() {
    return this.idle.pop() ?? new Client().setMaxListeners(0)
  }
  release(client) {
    this.idle.push(client)
  }
}

const pool = new Pool()

export function execute(text) {
  return new Promise(async (resolve, reject) => {
    const client = await pool.connect()
    client.on('error', reject)
    try {
      resolve(await client.query(text))
    } finally {
      client.off('error', reject)
      pool.release(client)
    }
  })
}
