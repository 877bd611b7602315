class PubSub {
  subscriptions = new Map()
  serial = 0

  subscribe(topic, listener) {
    const id = ++this.serial
    this.subscriptions.set(id, { topic, listener })
    return id
  }

  publish(topic, value) {
    for (const entry of this.subscriptions.values()) if (entry.topic === topic) entry.listener(value)
  }

  iterate(topic) {
    const pullQueue = []
    const pushQueue = []
    this.subscribe(topic, (value) => {
      if (pullQueue.length > 0) pullQueue.shift()({ value, done: false })
      else pushQueue.push(value)
    })
    return {
      next: () =>
        new Promise((resolve) => {
          if (pushQueue.length > 0) resolve({ value: pushQueue.shift(), done: false })
          else pullQueue.push(resolve)
        }),
      return: async () => ({ value: undefined, done: true }),
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }
}

export const pubsub = new PubSub()
