import { AsyncResource } from 'node:async_hooks'
import http from 'node:http'
export { url } from '../_deps/service.mjs'

const root = new AsyncResource('client')

class FetchClient {
  constructor(options) {
    this.agent = new http.Agent({ keepAlive: options.keepAlive, maxSockets: 10 })
  }

  send(url) {
    return new Promise((resolve, reject) => {
      root.runInAsyncScope(() => http.get(url, { agent: this.agent }, (answer) => answer.resume().on('end', resolve)).on('error', reject))
    })
  }
}

export const client = new FetchClient({ keepAlive: true })
