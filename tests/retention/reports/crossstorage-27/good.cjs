'use strict'
const { EventEmitter } = require('node:events')

function Client(port) {
  this._port = port
  this._requests = {}
  this._count = 0
  this._timeout = 5000
  this._installListener()
}

Client.prototype._installListener = function () {
  this._port.on('message', (response) => {
    const done = this._requests[response.id]
    if (done) done(response.error, response.result)
  })
}

Client.prototype._request = function (method, params) {
  const client = this
  this._count++
  const req = { id: `${this._count}`, method, params }

  return new Promise(function (resolve, reject) {
    const timeout = setTimeout(function () {
      if (!client._requests[req.id]) return
      delete client._requests[req.id]
      reject(new Error('Timeout: could not perform ' + req.method))
    }, client._timeout)

    client._requests[req.id] = function (error, result) {
      clearTimeout(timeout)
      delete client._requests[req.id]
      if (error) return reject(new Error(error))
      resolve(result)
    }
    client._port.emit('request', req)
  })
}

const port = new EventEmitter()
port.on('request', (req) => setImmediate(() => port.emit('message', { id: req.id, result: req.params })))

const client = new Client(port)
exports.get = (key) => client._request('get', [key])
