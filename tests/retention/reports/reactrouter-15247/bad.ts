import { PassThrough, type Writable } from 'node:stream'

class WritableError {
  private readonly promise: Promise<never>

  constructor(writable: Writable) {
    this.promise = new Promise((_, reject) => {
      writable.once('error', reject)
      writable.once('close', () => reject(new Error('closed')))
    })
    this.promise.catch(() => {})
  }

  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.promise])
  }
}

const shared = new PassThrough()
const failed = new WritableError(shared)

export async function write(reader: { read(): Promise<{ done: boolean; value?: string }> }) {
  while (true) {
    const { done, value } = await failed.race(reader.read())
    if (done) return
    shared.write(value)
  }
}
