import { EventEmitter } from 'node:events'

const notifications = new EventEmitter()
notifications.setMaxListeners(0)

function nextOf(topic, patience) {
  return new Promise((resolve) => {
    const done = (value) => {
      clearTimeout(timer)
      notifications.off(topic, done)
      resolve(value)
    }
    const timer = setTimeout(done, patience)
    notifications.once(topic, done)
  })
}

export async function* subscribe(topic) {
  while (true) {
    const value = await nextOf(topic, 20)
    if (value === undefined) return
    yield value
  }
}
