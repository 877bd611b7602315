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
    if (!this.#timeout) return handler(item)
    let timer
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`item ${item} took longer than ${this.#timeout}`)), this.#timeout)
    })
    try {
      return await Promise.race([limit, handler(item)])
    } finally {
      clearTimeout(timer)
    }
  }
}

export const pool = () => new Executor()
