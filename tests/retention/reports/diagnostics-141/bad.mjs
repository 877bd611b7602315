import { query } from '../_deps/service.mjs'

let tokenPromise

export async function authorize(req) {
  if (!tokenPromise) {
    // the token is asked for when it is needed first
    tokenPromise = query('select token', []).then((rows) => String(rows[0]))
  }
  const token = await tokenPromise
  req.headers.authorization = `Bearer ${token}`
}
