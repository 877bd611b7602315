import { query } from '../_deps/service.mjs'

const NAVIGATION_SECS = 60

async function within(millis, message, work) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(message)), millis)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

export async function openPage(url) {
  return within(NAVIGATION_SECS * 1000, `${url} timed out`, query('open', [url]))
}
