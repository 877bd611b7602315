const listeners = {}
const timeouts = {}
let serial = 0
export const last = () => serial

export function request(payload) {
  const id = ++serial
  return new Promise((resolve, reject) => {
    listeners[id] = { resolve, payload }
    timeouts[id] = setTimeout(() => reject(new Error('no answer')), 60_000)
  })
}

export function answered(id, value) {
  clearTimeout(timeouts[id])
  listeners[id].resolve(value)
}
