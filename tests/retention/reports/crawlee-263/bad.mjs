import { query } from '../_deps/service.mjs'

const NAVIGATION_SECS = 60

function sleep(millis) {
  return new Promise((wake) => setTimeout(wake, millis))
}

function failAfter(millis, message) {
  return sleep(millis).then(() => {
    throw new Error(message)
  })
}

export async function openPage(url) {
  return Promise.race([query('open', [url]), failAfter(NAVIGATION_SECS * 1000, `${url} timed out`)])
}
