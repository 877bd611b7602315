import { query } from '../_deps/service.mjs'

async function createBrowser() {
  const browser = { pages: [], close: async () => {} }
  const ready = query('launch', [])
  process.setMaxListeners(0)
  await new Promise((resolve, reject) => {
    for (const event of ['exit', 'uncaughtException']) {
      process.on(event, () => browser.close().then(() => reject(new Error(event))))
    }
    ready.then(resolve, reject)
  })
  return browser
}

export async function getHTML(url) {
  const browser = await createBrowser()
  try {
    return `<html>${url}</html>`
  } finally {
    await browser.close()
  }
}
