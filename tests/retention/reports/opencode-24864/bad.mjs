import { query } from '../_deps/service.mjs'

function withTimeout(promise, ms) {
  let timer
  return Promise.race([
    promise.then((value) => {
      clearTimeout(timer)
      return value
    }),
    new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`timed out after ${ms} ms`)), ms)
    }),
  ])
}

export async function connect(name) {
  const refused = query('connect', [name]).then(() => {
    throw new Error(`${name} refused`)
  })
  return await withTimeout(refused, 30_000)
}
