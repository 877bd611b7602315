import { PassThrough } from 'node:stream'

export const audit = new PassThrough({ highWaterMark: 4 })
audit.setMaxListeners(0)

function drained(writable) {
  if (writable.destroyed) return Promise.reject(new Error('premature close'))
  return new Promise((resolve, reject) => {
    writable.once('drain', resolve)
    writable.once('error', reject)
  })
}

export async function log(lines) {
  for (const line of lines) {
    if (!audit.write(line)) await drained(audit)
  }
}
