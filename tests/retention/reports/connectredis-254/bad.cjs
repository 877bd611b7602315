const net = require('node:net')

const server = net.createServer((socket) => socket.on('error', () => {})).listen(0)
server.unref()

class RedisStore {
  constructor({ ttl }) {
    this.ttl = ttl
    this.client = net.connect(server.address().port)
    this.client.on('error', () => {})
  }
  get(id, done) {
    setImmediate(done, null, { id })
  }
}

function session({ store }) {
  return function (req, res, next) {
    store.get(req.url, (error, found) => {
      req.session = found
      next(error)
    })
  }
}

module.exports = function (req, res, next) {
  session({ store: new RedisStore({ ttl: 60 }) })(req, res, next)
}
