import { AsyncResource } from 'node:async_hooks'
import net from 'node:net'
import { port } from '../_deps/service.mjs'

const root = new AsyncResource('connections')
const connections = new Map()
const MOST = 2

function connect() {
  const socket = root.runInAsyncScope(() => net.connect(port, '127.0.0.1'))
  socket.on('error', () => {})
  return socket
}

export async function query(host) {
  let socket = connections.get(host)
  if (!socket) {
    if (connections.size >= MOST) {
      const [oldest] = connections.keys()
      connections.get(oldest).destroy()
      connections.delete(oldest)
    }
    socket = connect()
    connections.set(host, socket)
  }
  socket.write('select 1')
}
