// Runs a case in six requests, one after another, and prints how many of them are still in memory when all is quiet.
// Usage: node --expose-gc drive.cjs FILE USE [SETUP], where USE is what a request does with the module `m`: it has its
// number `i`, `req` and `res`, and `lasting`, a signal that lives as long as the process. SETUP runs before any request. A
// request stays when what the storage has of it does, or its `req`.
const { AsyncLocalStorage } = require("node:async_hooks")
const { setMaxListeners } = require("node:events")
const path = require("node:path")
const { PassThrough } = require("node:stream")
const { pathToFileURL } = require("node:url")

const [, , file, use, setup] = process.argv
const pause = (ms) => new Promise((done) => setTimeout(done, ms))
const lasting = new AbortController().signal
setMaxListeners(0, lasting)
process.on("unhandledRejection", () => {})

const storage = new AsyncLocalStorage()
const Handler = (async () => {}).constructor

async function request(handle, module, number) {
  const known = { number }
  const seen = new WeakRef(known)
  const req = { url: "/", headers: {}, on() {} }
  const itself = new WeakRef(req)
  const res = Object.assign(new PassThrough(), { setHeader() {}, writeHead() {} })
  const answered = storage.run({ known }, () => handle(module, number, req, res, lasting))
  await Promise.race([answered, pause(80)])
  res.destroy()
  return [seen, itself]
}

async function main() {
  const module = await import(pathToFileURL(path.resolve(file)).href)
  if (setup) await new Handler("m", setup)(module)
  const handle = new Handler("m", "i", "req", "res", "lasting", use)
  const seen = []
  for (let number = 0; number < 6; number++) seen.push(await request(handle, module, number))
  for (let round = 0; round < 20; round++) {
    await pause(20)
    globalThis.gc()
  }
  console.log(seen.filter((refs) => refs.some((ref) => ref.deref() !== undefined)).length)
  process.exit(0)
}
main()
