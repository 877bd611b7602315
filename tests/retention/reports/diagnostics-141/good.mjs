import { query } from '../_deps/service.mjs'

let token

export async function authorize(req) {
  if (!token) {
    const rows = await query('select token', [])
    token = String(rows[0])
  }
  req.headers.authorization = `Bearer ${token}`
}
