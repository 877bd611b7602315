class Rpc {
  constructor(channel, timeout) {
    this.channel = channel
    this.timeout = timeout
    this.calls = new Map()
    this.serial = 0
  }

  call(name, args) {
    const id = String(++this.serial)
    const answer = new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.calls.delete(id)
        reject(new Error(`no answer to ${name}`))
      }, this.timeout)
      this.calls.set(id, { resolve, reject, timer })
    })
    this.channel.publish({ id, name, args })
    return answer
  }

  answered({ id, value }) {
    const call = this.calls.get(id)
    if (!call) return
    this.calls.delete(id)
    clearTimeout(call.timer)
    call.resolve(value)
  }
}

// nobody consumes this queue
export const rpc = new Rpc({ publish() {} }, 20)
