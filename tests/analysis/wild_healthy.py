"""Code of the kinds that real packages and applications hold, and that keeps no request."""

HEALTHY = {
    "maps in a map that is called one of promises, and values in them": """
        const enginePromises = {}
        async function make(name, part) { return name + part }
        exports.handle = async function engine(name, part) {
          enginePromises[name] = enginePromises[name] || new Map()
          if (!enginePromises[name][part]) enginePromises[name][part] = await make(name, part)
          return enginePromises[name][part] }
    """,
    "a listener of the function that makes its server listen": """
        module.exports = (done) => { const server = restify.createServer()
          server.on('error', (err) => new Promise((resolve) => { server.once('drain', resolve) }))
          server.listen(config.port, config.host, () => done()) }
    """,
    "an interval that only a server in development has": """
        let poll
        export async function compose(targets) { await write(targets)
          if (process.env.NODE_ENV === 'development' && !poll) { poll = setInterval(() => read(), 10000) } }
    """,
    "a callback on an object that the handler made and gives to nobody": """
        class Engine { run(rule) { this.log('run', rule) } }
        function evaluate(rule) { const engine = new Engine(); const lines = []
          engine.log = (text, ctx) => { lines.push([text, ctx]) }
          engine.run(rule); return lines.length }
        exports.handle = async function answer(load, ctx) { return evaluate(ctx) }
    """,
    "the timeout of a race that its executor gives to who clears it": """
        exports.handle = async function answer(load) { const timers = []
          const late = new Promise((_, fail) => { const t = setTimeout(() => fail(new Error('late')), 30000)
            timers.push(t) })
          try { return await Promise.race([load(), late]) } finally { timers.forEach(stop) } }
        const stop = (timer) => timer.close()
    """,
    "a named callback empties the slot of a debounce": """
        export function debounce(fn, wait) { let timer
          return function () { const later = function () { timer = null; fn() }; clearTimeout(timer);
            timer = setTimeout(later, wait) } }
    """,
    "a named callback stops its interval and forgets it": """
        let interval = null, size = 0
        function shrink() { if (size === 0) { clearInterval(interval); interval = null } else size-- }
        exports.grow = function grow() { size++; if (interval === null) interval = setInterval(shrink, 50) }
    """,
    "what an entry is given when it has settled is the value": """
        const hits = new Map()
        async function read(key) { return key }
        exports.handle = function get(key) { const hit = hits.get(key); if (hit) return hit
          const made = read(key); made.then((value) => hits.set(key, value)); return made }
    """,
    "an entry found in a block of its own goes when its promise settles": """
        const calls = new Map(), options = { coalesce: true }
        async function read(key) { return key }
        exports.handle = function get(key) {
          if (options.coalesce) { const call = calls.get(key); if (call) { return call } }
          const call = read(key).finally(() => calls.delete(key))
          if (options.coalesce) calls.set(key, call)
          return call }
    """,
    "a lock for each key, in the words of compilers, that goes with its last task": """
        const locks = {}
        exports.handle = async function lock(task, name) { var _a
          const last = (_a = locks[name]) !== null && _a !== void 0 ? _a : Promise.resolve()
          const mine = (async () => { await last; return await task() })()
          const link = (async () => { try { return await mine } finally { delete locks[name] } })()
          locks[name] = link
          return await mine }
    """,
    "what a promise gives takes its place at once": """
        const state = {}
        async function open() { return {} }
        exports.handle = async function channel() { const held = state.channel
          if (held instanceof Promise) return held
          if (held == null) { try { return state.channel = await (state.channel = open()) } catch (e) {
            state.channel = undefined; throw e } }
          return held }
    """,
    "a signal that who waits for data makes anew": """
        class Socket { constructor() { this.data = []; this.readable = new Promise((r) => { this.arrived = r }) }
          async read() { if (!(await this.readable)) throw new Error('closed')
            const data = this.data; this.readable = new Promise((r) => { this.arrived = r }); return data } }
        module.exports = new Socket()
    """,
    "a promise of what only a page has, made by another function": """
        let answer
        exports.ask = function ask() { if (answer) return answer; answer = read(); return answer }
        async function read() { return new URLSearchParams(window.location.search).get('code') }
    """,
    "a promise that is made only where there is a page": """
        class Bridge { async open() { return {} }
          connect() { if (typeof window === 'undefined' || window === window.parent) { return }
            if (!this.opening) this.opening = this.open(); return this.opening } }
        module.exports = new Bridge()
    """,
    "a private method of what serves one call, as compilers write it": """
        var _A_instances, _A_made, _A_read
        class ApiPromise { constructor() { _A_instances.add(this) }
          then(a, b) { return __classPrivateFieldGet(this, _A_instances, "m", _A_read).call(this).then(a, b) } }
        exports.ApiPromise = ApiPromise
        _A_instances = new WeakSet(), _A_made = new WeakMap(), _A_read = function _A_read() {
          return (__classPrivateFieldSet(this, _A_made, __classPrivateFieldGet(this, _A_made, "f") ??
            fetch('/').then((v) => v), "f")) }
    """,
    "a map of the request that is taken apart": """
        async function load(key) { return key }
        class RequestContext { constructor() { this.cache = new Map() }
          get(key) { const { cache } = this; if (!cache.has(key)) cache.set(key, load(key)); return cache.get(key) } }
        exports.handle = (key) => new RequestContext().get(key)
    """,
    "a lock that is emptied by whoever was the last": """
        const start = Promise.resolve()
        class Lock { constructor() { this.chain = start }
          async run(task) { const previous = this.chain; let release
            const mine = this.chain = new Promise((r) => { release = r }); await previous
            try { return await task() } finally { release(); if (this.chain === mine) this.chain = start } } }
        const lock = new Lock()
        exports.handle = () => lock.run(async () => 1)
    """,
    "a queue for each key that goes with its last job": """
        const tails = new Map()
        exports.handle = function run(key, job = async () => 1) {
          const last = tails.get(key) ?? Promise.resolve()
          const next = last.then(job, job).finally(() => { if (tails.get(key) === next) tails.delete(key) })
          tails.set(key, next); return next }
    """,
    "the filler and the reader of a cache whose entries somebody takes out": """
        const pending = new Map()
        async function build(id) { return id }
        exports.onStart = function make(id) { const p = build(id); pending.set(id, p); return p }
        exports.onEnd = async (id) => { const p = pending.get(id); pending.delete(id); await p }
    """,
    "an arrow kept in a field by the constructor empties the slot on both ways": """
        class Loader { constructor(load) { this.load = load; this.forget = () => { this.pending = undefined } }
          async read() { return this.load() }
          get() { if (!this.pending) { this.pending = this.read();
            this.pending.then(this.forget, this.forget) } return this.pending } }
        module.exports = new Loader(load)
    """,
    "a timer that only a signal's handler starts": """
        let timer
        function graceful_shutdown() { server.close(() => { if (timer) clearTimeout(timer) });
          timer = setTimeout(() => server.closeAllConnections(), 30000) }
        process.on('SIGTERM', graceful_shutdown)
    """,
    "an asynchronous cache client is given a plain value": """
        const kv = getCache(); export async function f(k) { let hit = await kv.get(k); if (hit) return hit;
          hit = format(row); kv.set(k, hit, { ttl: 60 }); return hit }
    """,
    "cache-aside on an asynchronous store in a field": """
        class Users { constructor(store) { this.store = store }
          async find(k) { const hit = await this.store.get(k); if (hit) return hit; const row = await load(k);
            const v = format(row); this.store.set(k, v); return v } }
        module.exports = Users
    """,
    "the promise is overwritten by its value after it was awaited": """
        const m = new Map()
        export async function g(k) { let p = m.get(k); if (p instanceof Promise) p = await p; if (!p) {
          p = load(k); m.set(k, p); p = await p; m.set(k, p) } return p }
        async function load(k) { return k }
    """,
    "the caller overwrites the promise by its value": """
        const loading = new Map()
        function loadPlugin(id) { let p = loading.get(id); if (p === undefined) {
          p = read(id).then((x) => x.default); loading.set(id, p) } return p }
        export async function get(id) { let r = loading.get(id) ?? loadPlugin(id); if (r instanceof Promise) {
          r = await r; loading.set(id, r) } return r }
        async function read(id) { return { default: id } }
    """,
    "init runs at load, by the last line of the file": """
        let loading = null
        async function init() { if (loading !== null) { await loading; return } loading = (async () => {
          await open() })(); await loading }
        export async function lookup(ip) { await init(); return find(ip) }
        init().catch(report)
    """,
    "the timer's callback deletes the entry that holds its handle": """
        const searches = {}
        export async function record(uid, ms) {
          searches[uid] = searches[uid] || { timeoutId: 0, queries: [] }
          if (searches[uid].timeoutId) clearTimeout(searches[uid].timeoutId)
          searches[uid].timeoutId = setTimeout(async () => { delete searches[uid] }, ms) }
    """,
    "React's cache makes a holder a request": """
        import { cache } from 'react'
        const holder = cache(() => ({ value: null }))
        export function get() { const held = holder(); if (!held.value) held.value = load().then((x) => x);
          return held.value }
    """,
    "shutdown in the middle of a name": """
        class Connection { startShutdownDumpTimer() {
          if (!this.timer) this.timer = setInterval(() => this.dump(), 1000) } }
        module.exports = new Connection()
    """,
    "a local settle function empties the timer": """
        class Flow { upgrade() { return new Promise((resolve, reject) => {
            const settle = (error) => { clearTimeout(this.upgradeTimeout); this.upgradeTimeout = null;
              error ? reject(error) : resolve() }
            this.upgradeTimeout = setTimeout(() => settle(new Error('late')), 1000)
            this.socket.once('secure', () => settle()) }) } }
        module.exports = new Flow()
    """,
    "a class that is made in a loop of the same file": """
        class ItemView { constructor(item) { this.item = item }
          load() { if (!this.data) this.data = fetch(this.item.url).then((r) => r.json()); return this.data } }
        export function render(items) { const out = []; for (const item of items) {
          const view = new ItemView(item); out.push(view.load()) } return Promise.all(out) }
    """,
}

HEALTHY |= {
    "a loop that the constructor begins under a condition": """
        class Pool { constructor(config) { if (config.maxIdle) this.sweep() }
          sweep() { if (this.sweeper) clearTimeout(this.sweeper)
            this.sweeper = setTimeout(() => { this.free.shift(); this.sweep() }, 1000) } }
        module.exports = new Pool({ maxIdle: 1 })
    """,
    "a timer of a listener that the constructor adds": """
        class Client { constructor(socket) { socket.on('data', () => {
            clearTimeout(this.idle); this.idle = setTimeout(() => socket.end(), 1000) }) } }
        module.exports = Client
    """,
    "a loop that a start-up function begins": """
        class Jobs { startCron() { if (this.poller) return
            const tick = () => { this.poller = setTimeout(() => { this.run().finally(tick) }, 1000) }
            tick() } }
        module.exports = new Jobs()
    """,
}
HEALTHY |= {
    "a reserved word that Babel quotes empties the entry": """
        class Tracker { constructor() { this.pending = new Map() }
          get(owner) { var held = this.pending.get(owner); if (held != null) return held
            var promise = load(owner).then((v) => { this.pending["delete"](owner); return v })
            this.pending.set(owner, promise); return promise } }
        module.exports = new Tracker()
    """,
    "a stand-in for what every Node has": """
        let promise
        module.exports = typeof queueMicrotask === 'function' ? queueMicrotask
          : (cb) => (promise || (promise = Promise.resolve())).then(cb)
    """,
    "a callback of a module at the end of a pipeline": """
        const stream = require('stream')
        const utils = { noop: () => {} }
        exports.send = function send(data, limit) { return stream.pipeline([data, limit], utils.noop) }
    """,
}
