import { AsyncLocalStorage } from 'node:async_hooks'
import { query } from '../_deps/service.mjs'

const callContext = new AsyncLocalStorage()

class Connection {
  constructor(address) {
    this.address = address
  }

  call(name) {
    return callContext.run({ name }, () => query(name, [this.address]))
  }

  async close() {
    this.address = undefined
  }
}

export async function withConnection(work) {
  const connection = new Connection('temporal:7233')
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}
