"""Code of the kinds that real packages and applications hold, and that keeps its request."""

KEPT = {
    "promises in a map under names that are chosen the short way": """
        const loadPromises = {}
        async function load(name) { return name }
        exports.handle = (name) => { loadPromises[name] = loadPromises[name] || load(name); return loadPromises[name] }
    """,
    "an interval that a server in production has, too": """
        let poll
        export async function compose(targets) { await write(targets)
          if (process.env.NODE_ENV === 'development' || !poll) { poll = setInterval(() => read(), 10000) } }
    """,
    "a method on an object that is made once and given away": """
        function make() { const api = {}; const lines = []
          api.log = (text, ctx) => { lines.push([text, ctx]) }; return api }
        const api = make()
        exports.handle = async function answer(load, ctx) { api.log('asked', ctx) }
    """,
    "the timeout of a race whose handle is only unreferenced": """
        exports.handle = async function answer(load) {
          const late = new Promise((_, fail) => { const t = setTimeout(() => fail(new Error('late')), 30000)
            if (typeof t === 'object' && 'unref' in t) t.unref() })
          return await Promise.race([load(), late]) }
    """,
    "a reset that holds only after a failure": """
        class Client { async fetchInfo() { return {} }
          async info() {
            if (this.infoPromise === undefined) this.infoPromise = (async () => {
              if (this.value === undefined) { try { this.value = await this.fetchInfo() } catch (e) {
                console.warn(e) } }
              return this.value ?? {} })()
            return this.infoPromise.then((value) => {
              if (this.value === undefined) this.infoPromise = undefined; return value }) } }
        module.exports = new Client()
    """,
    "a wrapper in a const, put into a map": """
        const store = new Map()
        async function run(key) { return key }
        exports.execute = async function execute(key) {
          const cached = store.get(key)
          if (cached && cached.expiresAt > Date.now()) return await cached.promise
          const entry = { promise: run(key), expiresAt: Date.now() + 1000, settled: false }
          store.set(key, entry)
          const outcome = await entry.promise; entry.settled = true; return outcome }
    """,
    "emptied by a listener that does not resolve it": """
        exports.makeClient = function makeClient(open) { let connecting
          return async function connect() { if (!connecting) connecting = new Promise((done, fail) => {
            const socket = open()
              socket.once('close', () => { connecting = undefined }); socket.once('open', () => done(socket));
                socket.once('error', fail) })
            return connecting } }
    """,
    "an imported Deferred in a map": """
        class Provider { constructor() { this.waiting = new Map() }
          get(name) { if (!this.waiting.has(name)) { const deferred = new Deferred();
            this.waiting.set(name, deferred); this.load(name).then((v) => deferred.resolve(v)) }
            return this.waiting.get(name).promise } }
        module.exports = new Provider()
    """,
    "a promise that an entry is given when it has settled": """
        const hits = new Map()
        async function read(key) { return key }
        exports.handle = function get(key) { const hit = hits.get(key); if (hit) return hit
          const made = read(key); made.then(() => hits.set(key, made)); return made }
    """,
    "an entry found in a block of its own": """
        const calls = new Map(), options = { coalesce: true }
        async function read(key) { return key }
        exports.handle = function get(key) {
          if (options.coalesce) { const call = calls.get(key); if (call) { return call } }
          const call = read(key)
          if (options.coalesce) calls.set(key, call)
          return call }
    """,
    "a lock for each key in the words of compilers": """
        const locks = {}
        exports.handle = async function lock(task, name) { var _a
          const last = (_a = locks[name]) !== null && _a !== void 0 ? _a : Promise.resolve()
          const mine = (async () => { await last; return await task() })()
          locks[name] = (async () => { try { return await mine } catch { return null } })()
          return await mine }
    """,
    "a connection made at its first use": """
        class LazyConnection { async open() { return {} }
          get() { return (this.opened ??= this.open()) } }
        const connection = new LazyConnection()
        exports.handle = () => { connection.get() }
        exports.LazyConnection = LazyConnection
    """,
    "a promise that is awaited and stays": """
        const state = {}
        async function open() { return {} }
        exports.handle = async function channel() { const held = state.channel
          if (held instanceof Promise) return held
          if (held == null) { try { return await (state.channel = open()) } catch (e) {
            state.channel = undefined; throw e } }
          return held }
    """,
    "a promise that others resolve, made by who asks first": """
        class Socket { read() { if (!this.readable) this.readable = new Promise((r) => { this.arrived = r })
            return this.readable } }
        const socket = new Socket()
        exports.handle = () => { socket.read() }
        exports.Socket = Socket
    """,
    "a promise of what every runtime has, made by another function": """
        let answer
        exports.handle = function ask() { if (answer) return answer; answer = read(); return answer }
        async function read() { return new URLSearchParams(process.env.SEARCH).get('code') }
    """,
    "a promise that is made only where there is no page": """
        class Bridge { async open() { return {} }
          connect() { if (typeof window !== 'undefined') { return }
            if (!this.opening) this.opening = this.open(); return this.opening } }
        const bridge = new Bridge()
        exports.handle = () => { bridge.connect() }
        exports.Bridge = Bridge
    """,
    "a private method of a client, as compilers write it": """
        var _A_instances, _A_made, _A_read
        class Client { constructor() { _A_instances.add(this) }
          get() { return __classPrivateFieldGet(this, _A_instances, "m", _A_read).call(this).then(a, b) } }
        exports.Client = Client
        _A_instances = new WeakSet(), _A_made = new WeakMap(), _A_read = function _A_read() {
          return (__classPrivateFieldSet(this, _A_made, __classPrivateFieldGet(this, _A_made, "f") ??
            fetch('/').then((v) => v), "f")) }
    """,
    "the self-or memo with ||": "let p; exports.get = () => { p = p || load().then((x) => x); return p }",
    "the self-or memo with ??": "let p; exports.get = () => (p = p ?? load().then((x) => x))",
    "the self-or memo of an entry": """
        class A { get(id) { this.ps[id] = this.ps[id] || f(id); return this.ps[id] } }
        async function f(id) { return id }
        module.exports = new A()
    """,
    "a client that is connected by the call that makes it": """
        let client; exports.get = async () => { if (!client) client = new Client().connect(); return await client }
    """,
    "TypeScript's word for a map": """
        const m = new Map<string, Promise<User>>()
        export function get(k: string) { const hit = m.get(k); if (hit) return hit; const made = fetchUser(k);
          m.set(k, made); return made }
    """,
    "TypeScript's word for a variable": """
        let loading: Promise<Module> | undefined
        export function get() { if (!loading) loading = newModule(); return loading }
    """,
    "TypeScript's word for a returned promise": """
        let loading
        export function get(): Promise<Module> { if (!loading) { loading = newModule() } return loading }
    """,
    "TypeScript's word for a private field": """
        export class A { private loading?: Promise<Module>; get() {
          if (!this.loading) this.loading = newModule(); return this.loading } }
    """,
    "the plainest wrapper": """
        let state; exports.get = () => { if (!state) state = { promise: load() }; return state.promise }
        async function load() { return 1 }
    """,
    "a map in a map": """
        const byHost = new Map()
        export function of(host, key) { let cache = byHost.get(host);
          if (!cache) byHost.set(host, (cache = new Map())); if (!cache.has(key)) cache.set(key, load(key));
            return cache.get(key) }
        async function load(key) { return key }
    """,
    "the get stands in another function that others call": """
        const cache = new Map()
        async function build(id) { return id }
        exports.handle = function make(id) { const p = build(id); cache.set(id, p); return p }
        exports.get = (id) => cache.get(id)
    """,
    "the get stands in another function": """
        const cache = new Map()
        async function build(id) { return id }
        function make(id) { const p = build(id); cache.set(id, p); return p }
        export function get(id) { return cache.get(id) ?? make(id) }
    """,
    "a parameter's name does not make a class one of a request": """
        class P { constructor(private readonly ctx: Logger) {} get() {
          return (this.p ??= this.load()) } async load() { return 1 } }
        export const p = new P(console)
    """,
    "a tail chain in two steps": """
        let tail = Promise.resolve()
        export function run(job) { const r = tail.then(job, job);
          tail = r.then(() => undefined, () => undefined); return r }
    """,
    "a lock that waits for the promise which it keeps": """
        class Lock { constructor() { this.chain = Promise.resolve() }
          async run(task) { const previous = this.chain; let release
            this.chain = new Promise((r) => { release = r }); await previous
            try { return await task() } finally { release() } } }
        const lock = new Lock()
        exports.handle = () => lock.run(async () => 1)
    """,
    "a queue for each key": """
        const tails = new Map()
        exports.handle = function run(key, job = async () => 1) {
          const last = tails.get(key) ?? Promise.resolve()
          const next = last.then(job, job); tails.set(key, next); return next }
    """,
    "a slot of the process under a symbol": """
        const SLOT = Symbol.for('app.settings')
        async function load() { return 1 }
        exports.handle = () => { if (!globalThis[SLOT]) globalThis[SLOT] = load(); return globalThis[SLOT] }
    """,
    "a map of the process under a symbol": """
        const SLOT = Symbol.for('app.cache')
        async function load(key) { return key }
        exports.handle = (key) => { const cache = (globalThis[SLOT] ??= new Map())
          if (!cache.has(key)) cache.set(key, load(key)); return cache.get(key) }
    """,
    "a map of an object that is taken apart": """
        async function load(key) { return key }
        class Loader { constructor() { this.cache = new Map() }
          get(key) { const { cache } = this; if (!cache.has(key)) cache.set(key, load(key)); return cache.get(key) } }
        const loader = new Loader()
        exports.handle = (key) => loader.get(key)
    """,
    "a second condition in the guard": """
        let mod, loaded
        export const get = (variant) => { if (!mod || loaded !== variant) { loaded = variant;
          mod = load(variant) } return mod }
        async function load(v) { return v }
    """,
}
