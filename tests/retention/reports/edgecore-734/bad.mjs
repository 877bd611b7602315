const waiting = []
let free = 0

export async function acquire(patience) {
  if (free > 0) {
    free--
    return true
  }
  let timer
  let granted = true
  await new Promise((resolve) => {
    waiting.push(resolve)
    timer = setTimeout(() => {
      granted = false
      resolve()
    }, patience)
  })
  clearTimeout(timer)
  return granted
}

export function release() {
  const next = waiting.shift()
  if (next) next()
  else free++
}
