import net from 'node:net'
import { port } from '../_deps/service.mjs'

class LinkModel {
  constructor() {
    this.db = net.connect(port, '127.0.0.1')
    this.db.on('error', () => {})
  }

  find(name, callback) {
    this.db.once('connect', () => {
      this.db.write(`get ${name}`)
      callback(null, `http://${name}`)
    })
  }
}

export function get(req, res) {
  const links = new LinkModel()
  return new Promise((done) => {
    links.find(req.url.slice(1), (error, target) => {
      res.write(error ? 'no' : target)
      done()
    })
  })
}
