'use strict'
const { EventEmitter } = require('node:events')

const workers = new EventEmitter()
const waiters = {}
let waiterId = 0

exports.sendMessage = function (message, cb) {
  const id = 'id' + ++waiterId
  waiters[id] = cb
  workers.emit('message', { ...message, waiterId: id })
  setTimeout(function cleanupCheck () {
    const waiter = waiters[waiterId]
    if (!waiter) return
    waiter(new Error('Response not received within timeout'))
    delete waiters[waiterId]
  }, 20)
}

exports.processMessage = function (message) {
  const waiter = waiters[message.waiterId]
  if (waiter) waiter(message.error, message.response)
}

workers.on('message', (message) => {
  setImmediate(() => exports.processMessage({ waiterId: message.waiterId, response: message.cmd }))
})

exports.trigger = function (cmd) {
  return new Promise(function (resolve, reject) {
    exports.sendMessage({ cmd }, (error, response) => (error ? reject(error) : resolve(response)))
  })
}
