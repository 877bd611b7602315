import { EventEmitter } from 'node:events'
import { randomUUID } from 'node:crypto'

const responses = new EventEmitter()

export function reply(id, body) {
  responses.emit(id, body)
}

export function request(exchange, options, req, replyTimeout = 20) {
  const requestId = randomUUID()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      responses.removeAllListeners(requestId)
      reject(new Error('no reply'))
    }, replyTimeout)
    responses.once(requestId, (message) => {
      clearTimeout(timer)
      req.answer = message
      resolve(message)
    })
    exchange.publish({ ...options, messageId: requestId })
  })
}
