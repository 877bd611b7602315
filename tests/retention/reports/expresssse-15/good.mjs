import { EventEmitter } from 'node:events'

class SSE extends EventEmitter {
  constructor(initial) {
    super()
    this.setMaxListeners(0)
    this.initial = initial
    this.init = this.init.bind(this)
  }

  init(req, res) {
    let id = 0
    const ready = Promise.resolve(req.url)
    res.setHeader('content-type', 'text/event-stream')
    const listener = (data) => {
      ready.then(() => res.write(`id: ${id++}\ndata: ${JSON.stringify(data)}\n\n`))
    }
    this.on('data', listener)
    res.on('close', () => this.off('data', listener))
    res.write(`data: ${this.initial}\n\n`)
  }

  send(data) {
    this.emit('data', data)
  }
}

export const sse = new SSE('hello')
