'use strict'

class Semaphore {
  constructor (concurrency, size = 0, timeout = 0) {
    this.counter = concurrency
    this.timeout = timeout
    this.size = size
    this.queue = []
  }

  async enter () {
    return new Promise((resolve, reject) => {
      if (this.counter > 0) {
        this.counter--
        resolve()
        return
      }
      if (this.queue.length >= this.size) {
        reject(new Error('Semaphore queue is full'))
        return
      }
      const waiting = { resolve, timer: null }
      waiting.timer = setTimeout(() => {
        waiting.resolve = null
        this.queue.shift()
        reject(new Error('Semaphore timeout'))
      }, this.timeout)
      this.queue.push(waiting)
    })
  }

  leave () {
    if (this.queue.length === 0) {
      this.counter++
      return
    }
    const { resolve, timer } = this.queue.shift()
    clearTimeout(timer)
    if (resolve) setTimeout(resolve, 0)
  }
}

const semaphore = new Semaphore(0, 100, 10)
exports.api = () => semaphore.enter()
