import { EventEmitter } from 'node:events'

class SessionPool extends EventEmitter {
  private idle: string[] = ['s1', 's2']

  async getSession(timeout = 40): Promise<string> {
    const removals: (() => void)[] = []
    const waits = [
      new Promise<never>((_, reject) => {
        this.once('error', reject)
      }),
      new Promise<string>((resolve) => {
        const take = () => resolve(this.idle[0])
        this.once('available', take)
        removals.push(() => this.removeListener('available', take))
      }),
    ]
    setImmediate(() => this.emit('available'))
    try {
      return await Promise.race(waits)
    } finally {
      for (const remove of removals) remove()
    }
  }
}

export const pool = new SessionPool()
pool.setMaxListeners(0)
