'use strict'
const { MessageChannel } = require('node:worker_threads')

exports.enqueueTask = function enqueueTask(task) {
  const channel = new MessageChannel()
  channel.port1.onmessage = () => task()
  channel.port2.postMessage(undefined)
}
