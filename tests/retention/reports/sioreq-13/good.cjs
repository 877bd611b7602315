const EventEmitter = require('node:events')

class Requester {
  constructor(io, timeout) {
    this.io = io
    this.timeout = timeout
    this.serial = 0
  }

  request(method, data) {
    const id = ++this.serial
    return new Promise((resolve, reject) => {
      const listener = (message) => {
        if (message.id !== id) return
        done()
        resolve(message.data)
      }
      const timer = setTimeout(() => {
        done()
        reject(new Error(`timeout of ${method}`))
      }, this.timeout)
      const done = () => {
        clearTimeout(timer)
        this.io.removeListener('response', listener)
      }
      this.io.on('response', listener)
      this.io.emit('request', { id, method, data })
    })
  }
}

const io = new EventEmitter()
io.setMaxListeners(0)
io.on('request', ({ id, data }) => setImmediate(() => io.emit('response', { id, data })))
const requester = new Requester(io, 1000)

exports.call = (method, data) => requester.request(method, data)
