import { EventEmitter } from 'node:events'
import { query } from '../_deps/service.mjs'

const queue = new EventEmitter()
queue.setMaxListeners(0)

export function finished(job) {
  return new Promise((resolve, reject) => {
    const watchdog = setInterval(async () => {
      const [state] = await query('state', [job.id])
      if (state === 'completed') onCompleted(job.id)
    }, 5000)
    const stop = () => {
      clearInterval(watchdog)
      queue.removeListener('completed', onCompleted)
      queue.removeListener('failed', onFailed)
    }
    const onCompleted = (id, result) => {
      if (id !== job.id) return
      stop()
      resolve(result)
    }
    const onFailed = (id, error) => {
      if (id !== job.id) return
      stop()
      reject(error)
    }
    queue.on('completed', onCompleted)
    queue.on('failed', onFailed)
  })
}
