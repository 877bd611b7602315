import { EventEmitter } from 'node:events'

class Session extends EventEmitter {
  request() {
    const stream = Object.assign(new EventEmitter(), { session: this as Session | undefined })
    setImmediate(() => {
      stream.session = undefined
      stream.emit('end')
    })
    return stream
  }
}

const session = new Session()
session.setMaxListeners(0)

export async function h2Request(req: { url: string }) {
  const stream = session.request()
  const answer = new Promise<string>((resolve, reject) => {
    const onSessionError = (error: Error) => reject(new Error(`${req.url}: ${error.message}`))
    session.on('error', onSessionError)
    stream.once('end', () => {
      resolve('done')
      session.off('error', onSessionError)
    })
  })
  return answer
}
