import { AsyncResource } from 'node:async_hooks'
import net from 'node:net'
import { port } from '../_deps/service.mjs'

const root = new AsyncResource('pool')

function open() {
  const socket = root.runInAsyncScope(() => net.connect(port, '127.0.0.1'))
  socket.on('error', () => {})
  return { socket, broken: false }
}

const slots = [open(), open()]
let turn = 0

export function breakOne() {
  slots[(turn + 1) % slots.length].broken = true
}

export async function send(line) {
  const place = ++turn % slots.length
  if (slots[place].broken) {
    slots[place].socket.destroy()
    slots[place] = root.runInAsyncScope(() => open())
  }
  slots[place].socket.write(line)
}
