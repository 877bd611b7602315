import { PassThrough } from 'node:stream'

const shared = new PassThrough()
let failure: Error | undefined
shared.once('error', (error) => {
  failure = error
})

export async function write(reader: { read(): Promise<{ done: boolean; value?: string }> }) {
  while (true) {
    const { done, value } = await reader.read()
    if (failure) throw failure
    if (done) return
    shared.write(value)
  }
}
