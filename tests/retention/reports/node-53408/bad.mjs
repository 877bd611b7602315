class Saver {
  constructor(write) {
    this.write = write
    this.dirty = false
  }

  touch() {
    this.dirty = true
    this.cancel()
    this.timeout = setTimeout(() => {
      this.dirty = false
      this.write()
    }, 5)
  }

  cancel() {
    clearTimeout(this.timeout)
  }
}

export const saver = new Saver(() => {})
