import { query } from '../_deps/service.mjs'

export async function work() {
  const answer = await query('work', [])
  return String(answer).length
}
