function subscribe(signal) {
  let fail
  let wake
  signal.addEventListener('abort', () => fail?.(signal.reason))
  return {
    publish(value) {
      wake?.(value)
    },
    async next() {
      try {
        return await new Promise((resolve, reject) => {
          wake = resolve
          fail = reject
        })
      } finally {
        wake = fail = undefined
      }
    },
  }
}

export const feed = subscribe(new AbortController().signal)
