class Worker {
  #stops = new Set()

  async process(work) {
    let stop
    const stopped = new Promise((resolve) => {
      stop = () => resolve('stop')
      this.#stops.add(stop)
    })
    try {
      const result = await Promise.race([work(), stopped])
      if (result === 'stop') throw new Error('stopped')
      return result
    } finally {
      this.#stops.delete(stop)
    }
  }

  stop() {
    for (const stop of this.#stops) stop()
  }
}

export const worker = new Worker()
