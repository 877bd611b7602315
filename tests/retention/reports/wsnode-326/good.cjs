const { EventEmitter } = require('events')

const server = new EventEmitter()
const connections = []

server.on('connection', (connection, request) => {
  connections.push(connection)
  connection.on('message', (message) => {
    connections.forEach((each) => each.send(request.url + message))
  })
  connection.on('close', () => {
    connections.splice(connections.indexOf(connection), 1)
  })
  setImmediate(() => connection.emit('close'))
})

exports.server = server
