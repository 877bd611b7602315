const pause = (ms) => new Promise((done) => setTimeout(done, ms))

export async function retry(work, options = {}) {
  return new Promise(async (resolve, reject) => {
    let stopped = false
    const onAbort = () => {
      stopped = true
      reject(options.signal.reason)
    }
    if (options.signal && !options.signal.aborted) {
      options.signal.addEventListener('abort', onAbort, { once: true })
    }
    try {
      for (let attempt = 1; !stopped; attempt++) {
        try {
          resolve(await work(attempt))
          return
        } catch (error) {
          if (attempt >= (options.retries ?? 3)) return reject(error)
          await pause(10 * attempt)
        }
      }
    } finally {
      options.signal?.removeEventListener('abort', onAbort)
    }
  })
}
