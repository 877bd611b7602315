import { EventEmitter } from 'node:events'

const rooms = new EventEmitter()
rooms.setMaxListeners(0)

export function follow(req, res) {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  const opened = Promise.resolve(req.url)
  rooms.on('message', (text) => opened.then((url) => res.write(`data: ${url} ${text}\n\n`)))
  res.on('close', () => {
    rooms.removeListener('message', (text) => res.write(text))
  })
}
