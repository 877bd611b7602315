import http from 'node:http'
export { url } from '../_deps/service.mjs'

class FetchClient {
  constructor(options) {
    this.options = options
  }

  agentFor(request) {
    return new http.Agent({ keepAlive: this.options.keepAlive, maxSockets: request.most ?? 10 })
  }

  send(url) {
    const agent = this.agentFor({ url })
    return new Promise((resolve, reject) => {
      http.get(url, { agent }, (answer) => answer.resume().on('end', resolve)).on('error', reject)
    })
  }
}

export const client = new FetchClient({ keepAlive: true })
