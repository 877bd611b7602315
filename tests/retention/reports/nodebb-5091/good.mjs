import net from 'node:net'
import { port } from '../_deps/service.mjs'

const redisModule = {}

redisModule.connect = function (database) {
  const cxn = net.connect(port, '127.0.0.1')
  cxn.on('error', (error) => console.error(error.message))
  cxn.database = database
  return cxn
}

redisModule.info = function (cxn, callback) {
  cxn.write('INFO\r\n', () => callback(null, { database: cxn.database }))
}

redisModule.client = redisModule.connect(0)

export async function databasePage(req, res) {
  const info = await new Promise((resolve, reject) => {
    redisModule.info(redisModule.client, (error, data) => (error ? reject(error) : resolve(data)))
  })
  res.write(JSON.stringify(info))
}
