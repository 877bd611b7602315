class Deferred {
  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }
}

class Worker {
  #stop = new Deferred()

  async process(work) {
    const result = await Promise.race([work(), this.#stop.promise])
    if (result === 'stop') throw new Error('stopped')
    return result
  }

  stop() {
    this.#stop.resolve('stop')
  }
}

export const worker = new Worker()
