import { query } from '../_deps/service.mjs'

class DataStore {
  #pendingIndex = new Set()

  async write(doc) {
    const indexed = this.#whenIndexed(doc.id)
    await query('insert', [doc.id])
    this.indexedUpTo(doc.id)
    return indexed
  }

  #whenIndexed(version) {
    const { promise, resolve } = deferred()
    this.#pendingIndex.add({ version, promise, resolve })
    return promise
  }

  indexedUpTo(version) {
    for (const entry of this.#pendingIndex) {
      if (entry.version <= version) {
        entry.resolve()
        this.#pendingIndex.delete(entry)
      }
    }
  }
}

function deferred() {
  let resolve
  const promise = new Promise((done) => {
    resolve = done
  })
  return { promise, resolve }
}

export const store = new DataStore()
