'use strict'
const { EventEmitter } = require('node:events')

const raw = new EventEmitter()
raw.setMaxListeners(0)
raw.query = (text, done) => setImmediate(done, null, [text])

class PoolConnection {
  constructor (connection, pool) {
    this.connection = connection
    this.pool = pool
    this.pending = []
    this.onError = (error) => {
      for (const reject of this.pending) reject(error)
    }
    connection.on('error', this.onError)
  }

  query (text) {
    return new Promise((resolve, reject) => {
      this.pending.push(reject)
      this.connection.query(text, (error, rows) => (error ? reject(error) : resolve(rows)))
    })
  }

  release () {
    this.connection.removeListener('error', this.onError)
    this.pool.free(this.connection)
  }
}

const pool = {
  free () {},
  async getConnection () {
    return new PoolConnection(raw, pool)
  }
}

exports.handler = async function (req, res) {
  const connection = await pool.getConnection()
  try {
    res.write(String(await connection.query('select 1')))
  } finally {
    connection.release()
  }
}
