import { query } from '../_deps/service.mjs'

export async function login(req, res) {
  const user = await Promise.race([
    query('select user', [req.headers.user]),
    new Promise((_, reject) => {
      setTimeout(() => reject(new Error('database timeout')), 10000)
    }),
  ])
  res.setHeader('x-user', String(user))
}
