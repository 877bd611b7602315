const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export class RateLimiter {
  private next = 0

  constructor(private readonly delay: number) {}

  async acquireSlot(signal?: AbortSignal): Promise<void> {
    const now = Date.now()
    const turn = Math.max(now, this.next)
    this.next = turn + this.delay
    const due = pause(turn - now)
    if (signal) {
      await Promise.race([
        due,
        new Promise<void>((resolve) => {
          if (signal.aborted) {
            resolve()
            return
          }
          signal.addEventListener('abort', () => resolve(), { once: true })
        }),
      ])
    } else {
      await due
    }
  }
}

export const limiter = new RateLimiter(2)
