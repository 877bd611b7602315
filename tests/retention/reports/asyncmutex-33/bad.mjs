class Mutex {
  locked = false
  queue = []

  acquire() {
    return new Promise((resolve) => {
      this.queue.push(resolve)
      this.dispatch()
    })
  }

  dispatch() {
    if (this.locked || this.queue.length === 0) return
    this.locked = true
    this.queue.shift()(() => {
      this.locked = false
      this.dispatch()
    })
  }
}

export function withTimeout(mutex, timeout) {
  return {
    acquire: () =>
      new Promise(async (resolve, reject) => {
        let late = false
        setTimeout(() => {
          late = true
          reject(new Error('timeout while waiting for the lock'))
        }, timeout)
        try {
          const release = await mutex.acquire()
          if (late) release()
          else resolve(release)
        } catch (error) {
          if (!late) reject(error)
        }
      }),
  }
}

export const guarded = withTimeout(new Mutex(), 30_000)
