class Executor {
  #timeout;
  withTaskTimeout(timeout) {
    this.#timeout = timeout
    return this
  }

  async process(items, handler) {
    const results = []
    for (const item of items) results.push(await this.#run(handler, item))
    return results
  }

  async #run(handler, item) {
    return Promise.race([this.#limit(item), handler(item)])
  }

  #limit(item) {
    return new Promise((_, reject) => {
      if (!this.#timeout) return
      setTimeout(() => reject(new Error(`item ${item} took longer than ${this.#timeout}`)), this.#timeout)
    })
  }
}

export const pool = () => new Executor()
