import { query } from '../_deps/service.mjs'

function pMemoize(make, { cacheKey = ([first]) => first, cache = new Map() } = {}) {
  const promiseCache = new Map()
  return async function (...args) {
    const key = cacheKey(args)
    if (promiseCache.has(key)) return promiseCache.get(key)
    const promise = (async () => {
      if (cache.has(key)) return cache.get(key)
      const value = await make.apply(this, args)
      cache.set(key, value)
      return value
    })()
    promiseCache.set(key, promise)
    return promise
  }
}

export const profile = pMemoize((id) => query('profile', [id]))
