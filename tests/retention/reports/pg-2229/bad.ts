import { EventEmitter } from 'node:events'

class Client extends EventEmitter {
  async query(text: string) {
    return { rows: [text] }
  }
  release() {}
}

class Pool {
  private readonly clients = [new Client().setMaxListeners(0)]
  async connect(): Promise<Client> {
    return this.clients[0]
  }
}

const pool = new Pool()

export async function withClient<T>(req: { url: string }, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  client.on('error', (error: Error) => {
    console.error(`idle client failed while serving ${req.url}`, error)
  })
  try {
    return await work(client)
  } finally {
    client.release()
  }
}
