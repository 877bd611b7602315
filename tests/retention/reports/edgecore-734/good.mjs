const waiting = new Set()
let free = 0

export async function acquire(patience) {
  if (free > 0) {
    free--
    return true
  }
  let timer
  let granted = true
  let waiter
  await new Promise((resolve) => {
    waiter = resolve
    waiting.add(waiter)
    timer = setTimeout(() => {
      granted = false
      resolve()
    }, patience)
  })
  clearTimeout(timer)
  waiting.delete(waiter)
  return granted
}

export function release() {
  const [next] = waiting
  if (next) next()
  else free++
}
