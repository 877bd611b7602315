import net from 'node:net'
import { port } from '../_deps/service.mjs'

async function createPool() {
  const socket = net.connect(port, '127.0.0.1')
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return { acquire: async () => socket, release() {} }
}

export async function subscribeFrom(stream, onEvent) {
  const pool = await createPool()
  const connection = await pool.acquire()
  connection.on('data', onEvent)
  connection.write(`subscribe ${stream}\n`)
  return {
    stop() {
      connection.off('data', onEvent)
      pool.release(connection)
    },
  }
}
