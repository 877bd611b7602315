import http from 'node:http'
import { url } from '../_deps/service.mjs'

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

export function get() {
  return new Promise((resolve, reject) => {
    let done = false
    const finish = (error, answer) => {
      if (done) return
      done = true
      if (error) reject(error)
      else resolve(answer)
    }
    const call = http.request(url, { agent }, (answer) => {
      answer.resume()
      answer.on('end', () => finish(null, answer))
    })
    call.once('socket', (socket) => {
      const onEnd = () => finish(new Error('socket hung up'))
      socket.on('end', onEnd)
      call.once('close', () => socket.removeListener('end', onEnd))
    })
    call.on('error', finish)
    call.end()
  })
}
