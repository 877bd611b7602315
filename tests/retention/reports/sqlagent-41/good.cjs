const EventEmitter = require('node:events')

class Pool extends EventEmitter {
  connect(callback) {
    setImmediate(() => callback(null, { query: (text, done) => setImmediate(() => done(null, [text])) }))
  }
}

const pools = {}

function createPool(options) {
  if (!pools[options]) {
    pools[options] = new Pool()
    pools[options].on('error', (error) => console.error(error))
  }
  return pools[options]
}

exports.query = function (text, callback) {
  const pool = createPool('main')
  pool.connect((error, client) => {
    if (error) callback(error)
    else client.query(text, callback)
  })
}
