const pause = (ms) => new Promise((done) => setTimeout(done, ms))

export async function retry(work, options = {}) {
  return new Promise(async (resolve, reject) => {
    let stopped = false
    if (options.signal && !options.signal.aborted) {
      options.signal.addEventListener(
        'abort',
        () => {
          stopped = true
          reject(options.signal.reason)
        },
        { once: true },
      )
    }
    for (let attempt = 1; !stopped; attempt++) {
      try {
        resolve(await work(attempt))
        return
      } catch (error) {
        if (attempt >= (options.retries ?? 3)) return reject(error)
        await pause(10 * attempt)
      }
    }
  })
}
