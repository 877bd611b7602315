import { once } from 'node:events'
import { PassThrough } from 'node:stream'

export const audit = new PassThrough({ highWaterMark: 4 })
audit.setMaxListeners(0)

export async function log(lines) {
  for (const line of lines) {
    if (!audit.write(line)) await once(audit, 'drain')
  }
}
