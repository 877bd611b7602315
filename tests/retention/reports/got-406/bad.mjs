import http from 'node:http'
export { url } from '../_deps/service.mjs'

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

export function get(url) {
  return new Promise((resolve, reject) => {
    const progress = { done: 0 }
    const sent = http.get(url, { agent }, (answer) => {
      answer.resume().on('end', () => resolve(progress))
    })
    sent.once('socket', (socket) => {
      socket.setMaxListeners(0)
      socket.on('connect', () => {
        progress.done = socket.bytesWritten
        if (progress.done < 0) reject(new Error('no progress'))
      })
    })
    sent.on('error', reject)
  })
}
