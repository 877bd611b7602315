class PubSub {
  subscriptions = new Map()
  serial = 0

  subscribe(topic, listener) {
    const id = ++this.serial
    this.subscriptions.set(id, { topic, listener })
    return () => this.subscriptions.delete(id)
  }

  publish(topic, value) {
    for (const entry of this.subscriptions.values()) if (entry.topic === topic) entry.listener(value)
  }

  iterate(topic) {
    const pullQueue = []
    const pushQueue = []
    const unsubscribe = this.subscribe(topic, (value) => {
      if (pullQueue.length > 0) pullQueue.shift()({ value, done: false })
      else pushQueue.push(value)
    })
    const end = async () => {
      unsubscribe()
      for (const resolve of pullQueue.splice(0)) resolve({ value: undefined, done: true })
      return { value: undefined, done: true }
    }
    setTimeout(end, 30)
    return {
      next: () =>
        new Promise((resolve) => {
          if (pushQueue.length > 0) resolve({ value: pushQueue.shift(), done: false })
          else pullQueue.push(resolve)
        }),
      return: end,
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }
}

export const pubsub = new PubSub()
