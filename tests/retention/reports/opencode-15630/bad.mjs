const listeners = new Set()

export async function subscribe(stream) {
  const push = (event) => stream.write(`data: ${event}\n\n`).catch(() => {})
  listeners.add(push)
  const beat = setInterval(() => push('beat'), 30_000)
  await new Promise((resolve) => {
    stream.onAbort(() => {
      clearInterval(beat)
      listeners.delete(push)
      resolve()
    })
    push('connected')
  })
}
