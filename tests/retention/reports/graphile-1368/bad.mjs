import { EventEmitter } from 'node:events'

const notifications = new EventEmitter()
notifications.setMaxListeners(0)

function nextOf(topic) {
  return new Promise((resolve) => notifications.once(topic, resolve))
}

export async function* subscribe(topic) {
  while (true) {
    yield await nextOf(topic)
  }
}
