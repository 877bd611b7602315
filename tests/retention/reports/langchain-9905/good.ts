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
    let listener: (() => void) | undefined
    return Promise.race([
      this.call(work),
      new Promise<never>((_, reject) => {
        listener = () => reject(new Error('AbortError'))
        signal.addEventListener('abort', listener, { once: true })
      }),
    ]).finally(() => signal.removeEventListener('abort', listener!))
  }
}

export const caller = new AsyncCaller()
export { upstream }
