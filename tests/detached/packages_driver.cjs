// Runs a program of a package in three requests, one after another, and prints what each gave and how many of them are
// still in memory when all is quiet. Usage: node --expose-gc driver.cjs FILE, where FILE has the texts `setup`, which runs
// before any request, and `use`, an expression that runs in each. Both may use `require`, `port` of a server that
// answers every request with `{}`, and `quiet`, how long to wait for what the package starts, in milliseconds.
const { AsyncLocalStorage } = require("node:async_hooks")
const http = require("node:http")
const { createRequire } = require("node:module")
const fs = require("node:fs")
const path = require("node:path")

const { setup, use, quiet } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"))
const pause = (ms) => new Promise((done) => setTimeout(done, ms))
const storage = new AsyncLocalStorage()
const Program = (async () => {}).constructor
for (const name of ["log", "warn", "error", "info"]) console[name] = () => {}
process.on("unhandledRejection", () => {})
const same = (_, value) => (typeof value === "bigint" ? `${value}n` : value)

async function request(handle) {
  const known = {}
  const seen = new WeakRef(known)
  let said
  try {
    said = JSON.stringify(await storage.run({ known }, handle), same) ?? "undefined"
  } catch (error) {
    said = `threw ${error.name}: ${error.message}`
  }
  return [seen, said.replace(/\b\d{13}\b/g, "TIME").replace(/127\.0\.0\.1:\d+/g, "SERVER")]
}

async function main() {
  const server = http.createServer((req, res) => {
    req.resume()
    storage.exit(() => res.writeHead(200, { "content-type": "application/json", connection: "close" }).end("{}"))
  })
  await new Promise((done) => server.listen(0, "127.0.0.1", done))
  const { port } = server.address()
  // What the first connection and the first timer of a process make for all of them is Node's own affair.
  await fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())
  const given = createRequire(path.join(process.cwd(), "program.cjs"))
  const text = `${setup}\n;return async () => (${use})`
  const handle = await new Program("require", "port", "load", text)(given, port, (name) => import(given.resolve(name)))
  const seen = []
  const said = []
  for (let number = 0; number < 3; number++) {
    const [ref, words] = await request(handle)
    seen.push(ref)
    said.push(words)
  }
  await pause(quiet)
  const kept = () => seen.filter((ref) => ref.deref() !== undefined).length
  for (let round = 0; round < 20 && kept(); round++) {
    await pause(20)
    globalThis.gc()
  }
  process.stdout.write(JSON.stringify({ kept: kept(), said }), () => process.exit(0))
}
main()
