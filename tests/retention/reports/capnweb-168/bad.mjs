class Session {
  #abort
  #cancel = new Promise((resolve, reject) => {
    this.#abort = reject
  })
  #next

  constructor() {
    this.#cancel.catch(() => {})
  }

  arrived(message) {
    this.#next?.(message)
  }

  #read() {
    return new Promise((resolve) => {
      this.#next = resolve
    })
  }

  async receive() {
    return await Promise.race([this.#read(), this.#cancel])
  }

  close(reason) {
    this.#abort(reason)
  }
}

export const session = new Session()
