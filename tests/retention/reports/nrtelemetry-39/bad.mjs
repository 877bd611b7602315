import http from 'node:http'
import { url } from '../_deps/service.mjs'

export function post(body) {
  const options = {
    method: 'POST',
    agent: new http.Agent({ keepAlive: true }),
    headers: { 'Content-Type': 'application/json' },
  }
  return new Promise((resolve, reject) => {
    const call = http.request(url, options, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode))
    })
    call.on('error', reject)
    call.end(JSON.stringify(body))
  })
}
