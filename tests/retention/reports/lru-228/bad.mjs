import { query } from '../_deps/service.mjs'

class Lru {
  #kept = new Map()
  get(key) {
    return this.#kept.get(key)
  }
  set(key, value) {
    this.#kept.set(key, value)
    if (this.#kept.size > 100) this.#kept.delete(this.#kept.keys().next().value)
  }
}

const cache = new Lru()

export async function squareOf(number) {
  let square = cache.get(`square-${number}`)
  if (square === undefined) {
    square = query('square', [number])
    cache.set(`square-${number}`, square)
  }
  return await square
}
