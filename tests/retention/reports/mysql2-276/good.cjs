'use strict'
const { EventEmitter } = require('node:events')

class Server extends EventEmitter {
  _handleConnection (socket) {
    const connection = { stream: socket, isServer: true }
    this.emit('connection', connection)
  }
}

const server = new Server()
exports.accept = (socket) => server._handleConnection(socket)
