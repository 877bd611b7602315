import { EventEmitter } from 'node:events'

class Worker extends EventEmitter {
  send(task) {
    setImmediate(() => this.emit('message', task))
    return this
  }

  promise() {
    return new Promise((resolve, reject) => {
      const onMessage = (answer) => {
        this.removeListener('error', onError)
        resolve(answer)
      }
      const onError = (error) => {
        this.removeListener('message', onMessage)
        reject(error)
      }
      this.once('message', onMessage).once('error', onError)
    })
  }
}

const worker = new Worker()
worker.setMaxListeners(0)

export const run = (task) => worker.send(task).promise()
