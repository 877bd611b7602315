"""Kinds of code that real packages and applications hold: what keeps its request is found, its healthy twin is not."""

import pytest

from patcher.analysis.file import analyse
from patcher.syntax.tree import Dialect
from tests.rules.test_families import keeps_the_request

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


def families(source: str) -> list[str]:
    return [site.family for site in analyse(source.encode(), Dialect.TYPESCRIPT)]


@pytest.mark.parametrize("source", HEALTHY.values(), ids=HEALTHY)
def test_what_keeps_no_request_is_not_found(source: str) -> None:
    assert families(source) == []


def test_under_node_a_race_keeps_its_request_until_its_timeout_is_stopped() -> None:
    assert keeps_the_request(KEPT["the timeout of a race whose handle is only unreferenced"])
    assert not keeps_the_request(HEALTHY["the timeout of a race that its executor gives to who clears it"])


@pytest.mark.parametrize(
    ("kept", "healthy"),
    [
        (
            "a lock that waits for the promise which it keeps",
            "a lock that is emptied by whoever was the last",
        ),
        ("a queue for each key", "a queue for each key that goes with its last job"),
        ("a promise that is awaited and stays", "what a promise gives takes its place at once"),
        (
            "a promise that an entry is given when it has settled",
            "what an entry is given when it has settled is the value",
        ),
        (
            "an entry found in a block of its own",
            "an entry found in a block of its own goes when its promise settles",
        ),
        (
            "a lock for each key in the words of compilers",
            "a lock for each key, in the words of compilers, that goes with its last task",
        ),
    ],
)
def test_under_node_a_queue_keeps_its_last_request_until_somebody_empties_it(kept: str, healthy: str) -> None:
    assert keeps_the_request(KEPT[kept])
    assert not keeps_the_request(HEALTHY[healthy])


@pytest.mark.parametrize(
    "kept",
    [
        "the get stands in another function that others call",
        "a slot of the process under a symbol",
        "a map of the process under a symbol",
        "a map of an object that is taken apart",
        "a connection made at its first use",
        "a promise that others resolve, made by who asks first",
        "a promise of what every runtime has, made by another function",
        "a promise that is made only where there is no page",
    ],
)
def test_under_node_a_slot_that_is_reached_another_way_keeps_its_request(kept: str) -> None:
    assert keeps_the_request(KEPT[kept])


def test_under_node_an_object_keeps_a_request_when_somebody_has_it() -> None:
    assert keeps_the_request(KEPT["a method on an object that is made once and given away"])
    assert not keeps_the_request(HEALTHY["a callback on an object that the handler made and gives to nobody"])


@pytest.mark.parametrize("source", KEPT.values(), ids=KEPT)
def test_what_keeps_its_request_is_found(source: str) -> None:
    assert families(source) != []


def test_an_interval_that_is_kept_and_put_into_a_list_is_one_finding() -> None:
    [site] = analyse(b"""
        let prune
        export function createRequest(app, request) { return new Promise((resolve) => {
          if (!prune) { prune = setInterval(pruneRequests, 60000); app.intervals.push(prune) }
          resolve(request) }) }
    """)
    assert (site.family, site.slot, site.growth) == ("lazy-interval", "prune", "")


def test_a_chain_of_timers_that_something_ends_while_the_program_runs_is_in_doubt() -> None:
    source = """
        class Throttle {
          update(busy) { if (busy) { if (!this.cycle) this.throttle(true) } else this.END() }
          throttle(on) { run(on); this.cycle = setTimeout(() => this.throttle(!on), 100) }
          END() { if (this.cycle) { clearTimeout(this.cycle); this.cycle = undefined } }
        }
    """
    [site] = analyse(source.replace("END", "stopThrottling").encode())
    assert (site.family, site.doubt.text) == (
        "self-rearming-timer",
        "does `stopThrottling` end it before long?",
    )
    [site] = analyse(source.replace(" else this.END()", "").replace("END", "destroy").encode())
    assert (site.family, site.doubt.text) == ("self-rearming-timer", "")
