class Topic {
  constructor() {
    this.waiting = []
    this.queue = []
  }

  publish(value) {
    const next = this.waiting.shift()
    if (next) next({ value, done: false })
    else this.queue.push(value)
  }

  next() {
    return new Promise((resolve) => {
      if (this.queue.length > 0) resolve({ value: this.queue.shift(), done: false })
      else this.waiting.push(resolve)
    })
  }
}

const topics = new Map([['topic', new Topic()]])

export async function follow(name) {
  const { value } = await topics.get(name).next()
  return value
}
