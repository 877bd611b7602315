function subscribe(signal) {
  const aborted = new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  aborted.catch(() => {})
  let wake
  return {
    publish(value) {
      wake?.(value)
    },
    next() {
      const arrived = new Promise((resolve) => {
        wake = resolve
      })
      return Promise.race([arrived, aborted])
    },
  }
}

export const feed = subscribe(new AbortController().signal)
