import { EventEmitter } from 'node:events'
import { randomUUID } from 'node:crypto'

export function createExchange(channel) {
  const pendingReplies = {}

  channel.on('reply', ({ correlationId, content }) => {
    const replyCallback = pendingReplies[correlationId]
    delete pendingReplies[correlationId]
    if (replyCallback) replyCallback(JSON.parse(content))
  })

  return {
    publish(message, options = {}) {
      if (options.reply) {
        options.correlationId = randomUUID()
        pendingReplies[options.correlationId] = options.reply
      }
      channel.emit('publish', JSON.stringify(message), options.correlationId)
    },
  }
}

const channel = new EventEmitter()
channel.on('publish', (content, correlationId) => setImmediate(() => channel.emit('reply', { correlationId, content })))
const exchange = createExchange(channel)

export function greet(req, res) {
  exchange.publish({ name: req.url }, { reply: (answer) => res.write(answer.name) })
}
