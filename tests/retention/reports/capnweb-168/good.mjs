class Session {
  #next
  #fail

  arrived(message) {
    this.#next?.(message)
  }

  async receive() {
    try {
      return await new Promise((resolve, reject) => {
        this.#next = resolve
        this.#fail = reject
      })
    } finally {
      this.#next = this.#fail = undefined
    }
  }

  close(reason) {
    this.#fail?.(reason)
  }
}

export const session = new Session()
