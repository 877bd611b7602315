// Runs programs in three requests each, and prints how many of them are still in memory: {"FILE": 3}, or why one failed.
// Usage: node --expose-gc spellings.cjs FILE...
const { AsyncLocalStorage } = require("node:async_hooks")
const net = require("node:net")
const { PassThrough } = require("node:stream")
const { pathToFileURL } = require("node:url")

const pause = (ms) => new Promise((done) => setTimeout(done, ms))
const storage = new AsyncLocalStorage()
process.on("unhandledRejection", () => {})
process.on("uncaughtException", () => {})

async function request(module, number) {
  const known = { number }
  const seen = new WeakRef(known)
  const req = { url: `/${number}`, headers: {}, on() {} }
  const res = Object.assign(new PassThrough(), { setHeader() {}, writeHead() {} })
  storage.run({ known }, () => module.use(`key${number}`, req, res))
  await pause(5)
  res.destroy()
  return seen
}

async function main() {
  const server = net.createServer((socket) => socket.on("error", () => {}))
  await new Promise((done) => server.listen(0, done))
  process.env.PORT = server.address().port
  const modules = {}
  const seen = {}
  for (const file of process.argv.slice(2)) {
    const loaded = await import(pathToFileURL(file).href)
    const module = (modules[file] = loaded.use ? loaded : loaded.default)
    seen[file] = []
    for (let number = 0; number < 3; number++) seen[file].push(await request(module, number))
  }
  for (let round = 0; round < 12; round++) {
    await pause(20)
    globalThis.gc()
  }
  const found = Object.keys(modules).map((file) => [file, seen[file].filter((ref) => ref.deref()).length])
  console.log(JSON.stringify(Object.fromEntries(found)))
  process.exit(0)
}
main().catch((error) => {
  console.error(error)
  process.exit(1)
})
