'use strict'
const { AsyncResource } = require('node:async_hooks')
const { EventEmitter } = require('node:events')

class Handler {
  constructor() {
    this.worker = new EventEmitter().setMaxListeners(0)
  }
  exec(method, params) {
    setImmediate(() => this.worker.emit('message', { method, params, finished: true }))
    return new Promise((resolve) => setImmediate(() => setImmediate(resolve, params)))
  }
}

function wrapExec(exec) {
  return function (method, params) {
    const onMessage = AsyncResource.bind((message) => {
      if (message.finished) report(method, message)
    })
    const result = exec.call(this, method, params)
    this.worker.on('message', onMessage)
    return result
  }
}

function report(method, message) {
  return [method, message]
}

Handler.prototype.exec = wrapExec(Handler.prototype.exec)

const pool = new Handler()
exports.run = (params) => pool.exec('test', params)
