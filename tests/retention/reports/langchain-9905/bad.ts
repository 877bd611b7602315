import { EventEmitter } from 'node:events'

const upstream = new EventEmitter()

export class AsyncCaller {
  constructor(private readonly maxRetries = 2) {}

  async call<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work()
      } catch (error) {
        if (attempt >= this.maxRetries) throw error
      }
    }
  }

  callWithOptions<T>(options: { signal?: AbortSignal }, work: () => Promise<T>): Promise<T> {
    if (!options.signal) return this.call(work)
    const { signal } = options
    return Promise.race([
      this.call(work),
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('AbortError')))
      }),
    ])
  }
}

export const caller = new AsyncCaller()
export { upstream }
