import { EventEmitter } from 'node:events'

const rooms = new EventEmitter()
rooms.setMaxListeners(0)

export function follow(req, res) {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  const opened = Promise.resolve(req.url)
  const listener = (text) => opened.then((url) => res.write(`data: ${url} ${text}\n\n`))
  rooms.on('message', listener)
  res.on('close', () => {
    rooms.removeListener('message', listener)
  })
}
