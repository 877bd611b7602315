import { EventEmitter } from 'node:events'

class Worker extends EventEmitter {
  send(task) {
    setImmediate(() => this.emit('message', task))
    return this
  }

  promise() {
    return new Promise((resolve, reject) => {
      this.once('message', resolve).once('error', reject)
    })
  }
}

const worker = new Worker()
worker.setMaxListeners(0)

export const run = (task) => worker.send(task).promise()
