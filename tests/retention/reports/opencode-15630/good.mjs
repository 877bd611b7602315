const listeners = new Set()

export async function subscribe(stream) {
  await new Promise((resolve) => {
    const stop = () => {
      clearInterval(beat)
      listeners.delete(push)
      resolve()
    }
    const push = (event) => stream.write(`data: ${event}\n\n`).catch(stop)
    const beat = setInterval(() => push('beat'), 30_000)
    listeners.add(push)
    stream.onAbort(stop)
    push('connected')
  })
}
