import { EventEmitter } from 'node:events'

const worker = new EventEmitter()
worker.on('start', (id: number, delay: number) => setTimeout(() => worker.emit('fired', id), delay))

export const createWorkerTimers = () => {
  let nextId = 0
  const callbacks = new Map<number, () => void>()
  worker.on('fired', (id: number) => callbacks.get(id)?.())

  return {
    setTimeout(callback: () => void, delay: number) {
      const id = ++nextId
      callbacks.set(id, callback)
      worker.emit('start', id, delay)
      return id
    },
    clearTimeout(id: number) {
      callbacks.delete(id)
    },
  }
}

const timers = createWorkerTimers()

export const sleep = (delay: number) =>
  new Promise<void>((resolve) => {
    timers.setTimeout(resolve, delay)
  })
