import { query } from '../_deps/service.mjs'

const browsers = new Set()
for (const event of ['exit', 'uncaughtException']) {
  process.on(event, () => browsers.forEach((browser) => browser.close()))
}

async function createBrowser() {
  const browser = {
    pages: [],
    close: async () => {
      browsers.delete(browser)
    },
  }
  browsers.add(browser)
  await query('launch', [])
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
