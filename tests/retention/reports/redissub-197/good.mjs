class Topic {
  constructor() {
    this.waiting = new Set()
  }

  publish(value) {
    for (const next of this.waiting) next({ value, done: false })
    this.waiting.clear()
  }

  next(patience) {
    return new Promise((resolve) => {
      this.waiting.add(resolve)
      setTimeout(() => {
        this.waiting.delete(resolve)
        resolve({ value: undefined, done: true })
      }, patience)
    })
  }
}

const topics = new Map([['topic', new Topic()]])

export async function follow(name) {
  const { value } = await topics.get(name).next(20)
  return value
}
