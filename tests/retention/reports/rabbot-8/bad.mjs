import { EventEmitter } from 'node:events'
import { randomUUID } from 'node:crypto'

const responses = new EventEmitter()

export function reply(id, body) {
  responses.emit(id, body)
}

export function request(exchange, options, req) {
  const requestId = randomUUID()
  return new Promise((resolve) => {
    responses.once(requestId, (message) => {
      req.answer = message
      resolve(message)
    })
    exchange.publish({ ...options, messageId: requestId })
  })
}
