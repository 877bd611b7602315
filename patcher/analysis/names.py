"""What names mean to the analysis: of methods, constructors, packages, and words inside identifiers.

A file does not say what another module's function does, or how often a method is called. Its names do, by
convention; every such convention stands here once, with the reason to believe it and an example in which it decides:
with the first name between « and » the analysis answers otherwise than with the second. In each `load()` is an async
function of the same file. `tests/analysis/test_names.py` runs them all.
"""

import re

from patcher.analysis.meaning import Spelling, Words

# What is a promise, and who gives one.

CHAINS = Words(
    b"then catch finally",
    "only a promise has these methods, so what they are called on is one",
    "let p; const get = () => p ??= start(); get(); p.«then|pipe»(go)",
)
PROMISE_STATICS = Words(
    b"resolve reject all allSettled any race try",
    "the functions of `Promise` that give a promise",
    "let p; const get = () => p ??= Promise.«all|isPromise»([])",
)
PROMISE_OBJECTS = Spelling(
    rb"^(?:(?:global(?:This)?|window|self|util|core)\.)?_?[pP]romise\d*(?:\.default|\.Promise)?$|^_promise\d*\.default$"
    rb"|Promise_?1?\.default$",
    "`Promise` itself, and what Babel and TypeScript call an imported one",
    "let p; const get = () => p ??= «_promise|_path».default.resolve(1)",
)
PROMISE_CLASSES = Spelling(
    rb"(?:^|[._])Promise$",
    "`Promise`, and classes that libraries call so (`Bluebird.Promise`)",
    "let p; const get = () => p ??= new «Promise|Emitter»(go)",
)
DEFERRED = Spelling(
    rb"(?:^|[._])(?:Deferred|DeferredPromise|PromiseDeferred|PromiseWithResolvers|ResolvablePromise)$",
    "a promise with the functions that settle it, as libraries write it",
    "let p; const get = () => p ??= new «DeferredPromise|PlainPromiseList»()",
)
PROMISE_MODULES = Spelling(
    rb"""['"](?:node:)?(?:fs|timers|stream|dns|readline)/promises['"]""",
    "modules of Node.js whose functions return promises",
    'import { stat } from "«fs/promises|fs»"; let p; const get = () => p ??= stat("a")',
)
PROMISE_HOLDERS = Spelling(
    rb"(?:(?:^|\.)(?:promises|fsp|fsPromises|subtle))$",
    "objects whose methods return promises: `fs.promises`, `crypto.subtle`",
    'let p; const get = () => p ??= fs.«promises|utils».stat("a")',
)
ASYNC_MAKERS = Spelling(
    rb"(?:^|[._])(?:promisify|_?asyncToGenerator\d*|async_to_generator)$|[._]promisify\)?$|(?:^|\.)_$",
    "functions that make an async function of another; `_` is what SWC exports its helper as",
    "const read = «promisify|callbackify»(old); let p; const get = () => p ??= read()",
)
ASYNC_HELPERS = Spelling(
    rb"(?:^|\.)(?:__awaiter\d*|_?asyncToGenerator\d*|fetch)$",
    "what compilers make of an async function calls these, and they return its promise; so does `fetch`",
    "let p; const get = () => p ??= «__awaiter|__runner»(this, run)",
)
VALUE_OBJECTS = Words(
    b"Object JSON Math Array Number Symbol Reflect Date path Buffer",
    "no method of these returns a promise",
    "let promise; const get = () => promise ??= «JSON|YAML».parse(text)",
)
VALUE_CALLS = Words(
    b"require __require Symbol String Number Boolean Object Array BigInt parseInt parseFloat __webpack_require__"
    b" setTimeout setInterval setImmediate requestAnimationFrame",
    "functions that return no promise, whatever the slot is called",
    "let promise; const get = () => promise ??= «require|acquire»('./a')",
)
VALUE_MODULES = Words(
    b"fs path net tls http https crypto zlib vm stream os url child_process worker_threads",
    "modules of Node.js whose functions give values, or call back, and no promises",
    "import { make } from '«crypto|other»'; let p; export const f = async () => { p ??= make(); return await p }",
)
NODE_PROMISES = Spelling(
    rb"romise|(?:^|\.)subtle\.|^openAsBlob$",
    "what the modules of Node.js have that gives promises, whatever the rest of a module does",
    "import { «openAsBlob|openSync» } from 'fs'; let p;"
    " export const f = async () => { p ??= «openAsBlob|openSync»('a'); return await p }",
)
PROMISE_SLOTS = Spelling(
    rb"promises?(?:[_$\d]*|Cache|Map|Store|Hash|Table|Registry)$|^_?promise(?:To|For|Of|By|s?(?:Cache|Map|Store))",
    "a slot that is called a promise is meant to hold one: `reqHandlerPromise`, `promiseCache`",
    "let «loadPromise|loadResult»; const get = () => loadPromise ??= start()",
    re.I,
)
NO_PROMISE_SLOTS = Spelling(
    rb"^(?:Promise|[Ii]s_?[Pp]romise|use_?[Pp]romises?)$|^is[A-Z_]",
    "a flag or an option, which speaks of promises and holds none",
    "let «isPromise|theirPromise»; const get = () => isPromise ??= start()",
)

PROMISE_PARTS = Spelling(
    rb"^(?:(?:_?[pP]romise\d*|promises|fsPromises|fs_promises\w*)$|_promise\d*$|Promise_?1?$)",
    "what is called on one of these makes a promise, as far as the bytes tell",
    "let p; const get = () => p ??= «Promise|Observable».resolve(1)",
)
PROMISE_TYPES = Spelling(
    rb"^:?\s*\(?(?:[\w.<>\[\]]+\s*\|\s*)*\(?(?:Promise|PromiseLike)<",
    "TypeScript says of a slot, or of what a function returns, that it is a promise",
    "let p: «Promise|Result»<number> | null = null; export const get = () => p ??= start()",
)
CONTAINER_TYPES = Spelling(
    rb"\b(?:Map|WeakMap|Record|Dictionary|LRU\w*|[A-Z]\w*(?:Cache|Map))<[^;=]*?[,]\s*(?:[\w.<>\[\]]+\s*\|\s*)*"
    rb"(?:Promise<|\{[^{}]*\b\w*:\s*Promise<)|\]\??:\s*Promise<",
    "TypeScript says of a container that its entries are promises",
    "const c: «Map|Pair»<string, Promise<number>> = make(); export const get = (k: string) => {"
    " if (!c.has(k)) c.set(k, start(k)); return c.get(k) }",
)
PROMISIFIERS = Spelling(
    rb"promisify\w*|asyncToGenerator\w*|async_to_generator\w*",
    "what these give is an async function, as far as the bytes tell",
    "const read = «promisify|callbackify»(old); let p; const get = () => p ??= read()",
)

# Whose something is, and for how long.

THIS = rb"_?this\d*|_?self\d*|that|me|_this_\w+"
THIS_ALIASES = Spelling(
    rb"^(?:%b|(?:this|self)\._self)$" % THIS,
    "the names that code gives to `this`, for functions inside a method",
    "class A { get() { const «self|given» = take(this); return other(() => self.p ??= load()) } }",
)
SHARED_OBJECTS = Words(
    b"exports module globalThis global",
    "a property of these is there for the whole process",
    "const get = () => «globalThis|elsewhere».p ??= load()",
)
REQUESTS = Spelling(
    rb"^_?(?:req|request|res|resp|response|reply|ctx|evt|event|socket|conn)$"
    rb"|(?:Request|Response|Reply|Event)$|_(?:req|request|response|event)$|^incomingMessage$",
    "a parameter called so is a request or made from one: what its function keeps goes with it",
    "function handle(«req|options») { let p; return () => p ??= load() }",
)
OWN_REQUESTS = Spelling(
    rb"^_?(?:req|request|res|response|reply|ctx|socket|ws)$",
    "a parameter called so is a request that is served, or what answers it; an event may be plain data",
    "const all = []; export const work = (res, «req|row») => { all.push(«req|row») }",
)
ANSWERS = Words(
    b"res response reply next",
    "what answers a request; a function that is given both serves it, whatever it is called",
    "export function register(req, «res|row») { setInterval(() => req.url, 1000) }",
)
STORE_READERS = Words(
    b"getStore startSpan getActiveSpan startInactiveSpan",
    "what these give is the store or the span of the request that calls",
    "const all = []; function work(a) { all.push(tracker.«getStore|getShape»()) }",
)
CONNECTIONS = Words(
    b"conn",
    "the connection that a request came over; a function that is given both serves it",
    "export function setup(«conn|cond», req) { setInterval(() => req.url, 1000) }",
)
INCOMING = Words(
    b"req request ctx",
    "a request that is served; a function that is given it alone serves it where it is kept for a path or an event",
    "import net from 'net'; let p; export function start() { app.get('/', («req|row») => p ??= net.connect(80)); p }",
)
SIGNALS = Spelling(
    rb"^_?(?:abort_?)?signal$",
    "what is given a signal to stop at does one thing, and ends",
    "function run(«signal|options») { let p; return () => p ??= load() }",
    re.I,
)
HANDED_ON = Words(
    b"context ctx info contextValue",
    "resolvers are handed the request's own object under these names",
    "export function resolve(client, «context|options») { return client.p ??= load() }",
)
PER_USE = Spelling(
    rb"(?:Request|Response|Reply|FetchEvent|Query|QueryBuilder|QueryRunner|Cursor|Iterator|AsyncIterable|Transaction|Stream|Transform"
    rb"|Operation|Task|Job|Call|Upload|Download|Body|Message|Execution|Invocation|Deferred|Awaiter|AwaiterOnce"
    rb"|Promise|Thenable|Barrier|Mutex|Semaphore|Batch|Snapshot|Result|Paginator|Page|Frame|Transport(?:Request)?)\d*$"
    rb"|(?:Request|Call|Invocation|Execution|After|Render|Fetch|Resolver)Context$|^Async(?:Lazy|Result)$"
    rb"|^(?:Lazy|Deferred)(?!\w*(?:Backend|Client|Connection|Database|Driver|Manager|Pool|Provider|Service|Store)$)[A-Z]\w*$",
    "an instance serves one request or one use, and is thrown away with what it keeps",
    "class «Query|Client» { get() { return this.p ??= load() } }",
)
ONE_USE = Spelling(
    rb"(?:context|ctx|request|req|execution|job|task|call)$",
    "a variable called so is of one request or one execution: it ends with it",
    "const make = («job|pool») => (a) => Promise.race([job.closed, load()]); export { make }",
    re.I,
)
REGISTRARS = Words(
    b"use on once get post all handle addEventListener addListener register hook tap tapAsync tapPromise addHook"
    b" defineProperty defineEventHandler",
    "what these are given is kept and called for every request or event",
    "function make() { let p; return app.«use|run»(() => p ??= load()) }",
)
BUILDERS = Words(
    b"assign freeze defineProperty defineProperties seal create setPrototypeOf",
    "functions of `Object` that return or fill what outlives the call",
    "function make() { let p; return Object.«freeze|keys»({ get: () => p ??= load() }) }",
)
LONG_KEYS = Spelling(
    rb"(?:config|configuration|options?|settings|client|server|app|application|compiler|compilation|schema|class|ctor"
    rb"|constructor|type|module|plugin|env|environment|target|fn|func|function|loader|component|registry|owner|this|fetch|agent|pool"
    rb"|connection|driver)$",
    "a key of a WeakMap that lives as long as the process, so that its entry does too",
    "const c = new WeakMap(); function get(«client|item») { if (!c.has(client)) c.set(client,"
    " load()); return c.get(client) }",
    re.I,
)
MODULE_WRAPPERS = Spelling(
    rb"^(?:define|System\.register|__commonJS(?:Min)?|__esm(?:Min)?|__commonJSMin)$",
    "AMD, SystemJS and esbuild call the function that these are given once: it is a module",
    "«define|describe»(function () { let p; exports.get = () => p ??= load() })",
)
CONTAINERS_MADE = Spelling(
    rb"\bnew\b|^\s*\{|Object\.create\(|\b(?:lru|LRU|createLRU)\w*\(",
    "a container that the file makes holds what it was given; another's may be outside of the process",
    "const c = «lruCache|redisCache»(); const get = async (k) => { if (!c.has(k)) c.set(k,"
    " start(k)); return await c.get(k) }",
)
REACT_CACHE = Spelling(
    rb"^(?:React\d*\.)?(?:unstable_)?cache\(",
    "`cache` of React gives every request an object of its own",
    "import { cache } from 'react'; const a = cache(() => new Map()), b = share(() => new Map());"
    " export function get() { const s = «a|b»(); return s.p ??= load() }",
)

# What runs in no request, and what runs at once.

SHUTDOWNS = Spelling(
    rb"^[_#$]*(?:close|stop|shut_?down|destroy|dispose|terminate|disconnect|end|quit|tear_?down|unload|exit|kill|cleanup"
    rb"|drain|cancel|abort|on[a-z]*(?:close|end|exit))(?=[A-Z_$\d]|$)|^\[?Symbol\.(?:asyncDispose|dispose)"
    rb"|[sS]hut_?[dD]own|[gG]raceful",
    "what ends something is called once, at the end, and by no request; `shutdown` means so anywhere in a name",
    "class A { «close|open»() { return this.p ??= load() } }",
)
STARTS_UP = Spelling(
    rb"^[_#$]*(?:start(?:up|Up|Worker|Server|App|(?:Listen|Poll|Watch|Monitor)(?:ing)?(?:[A-Z]\w*)?)?|bootstrap|boot|listen"
    rb"|\w*(?:[aA]fter|[oO]n)_?[bB]oot)$",
    "what starts the program is called once, before there is a request",
    "class A { «bootstrap|open»() { return this.p ??= load() } }",
)
SETS_UP = Spelling(
    rb"^[_#$]*(?:start|init|set_?up|boot|launch|mount|install|configure|register|enable|begin|schedule|monitor|main"
    rb"|listen|serve|attach|with(?!client|conn|trans|session|lock|retr|timeout|tenant|pool|span)|connected|on_?(?:module_?init|application|bootstrap))",
    "functions that set something up are called once by whoever starts the program, in another file",
    "function «install|answer»(req) { setInterval(tick, 1000) }",
    re.I,
)
SHUTDOWN_SLOTS = Spelling(
    rb"(?:^|[^a-z])(?:clos(?:e|ing)|stop(?:ping)?|shut(?:ting)?_?down|destroy(?:ing)?|dispos(?:e|ing)|terminat(?:e|ing)"
    rb"|disconnect(?:ing)?|drain(?:ed|ing)?|releas(?:e|ing)|cancel(?:l?ing|l?ation)?|quit(?:ting)?|exit(?:ing)?|tear(?:ing)?_?down)(?=[A-Z_$\d]|$|promise)",
    "the promise of an end is made at the end",
    "class A { get() { return this.«closing|loading» ??= load() } }",
    re.I,
)
TIMER_STARTERS = Spelling(
    rb"^[_#]?start(?:[A-Z]\w*)?$|[cC]ron[A-Z]?",
    "what starts something or runs by the clock is of no request",
    "class A { «startFlush|flush»() { clearTimeout(this.t); this.t = setTimeout(go, 5); use(this.t) } }",
)
BACKGROUND = Spelling(
    rb"[pP]oll|[rR]econnect|[hH]eart_?[bB]eat|[kK]eep_?[aA]live|[bB]ack_?[oO]ff|[cC]ool_?[dD]own|[sS]upervis"
    rb"|[wW]atch_?[dD]og|[dD]isconnect|^_?(?:init|setup|enable|install|on[A-Z]\w*Init|onApplicationBootstrap|ping)$|[nN]extJobs?$",
    "what a connection or a worker does by itself, in the background, is of no request",
    "class A { «heartbeat|flush»() { clearTimeout(this.t); this.t = setTimeout(go, 5); use(this.t) } }",
)
ITERATORS = Words(
    b"forEach map filter some every reduce find flatMap",
    "methods of arrays call what they are given at once",
    "let p; list.«forEach|subscribe»(() => { if (!p) p = load() })",
)
BROWSER_GLOBALS = Words(
    b"window document",
    "a function that uses them runs in a browser",
    "let p; function get() { return p ??= load(«window|process») }",
)
ROOT_CALLS = Spelling(
    rb"(?:^|\.)(?:runInAsyncScope|nextfix(?:Root|Promise)\d*)$",
    "what these run is in a context without a request",
    "let promise; const get = () => promise ??= root.«runInAsyncScope|runInSomeScope»(start)",
)

# What empties a slot, and when.

RESETS = Spelling(
    rb"^[_#$]*(?:clear|reset|close|stop|destroy|dispose|invalidate|evict|purge|flush|shutdown|disconnect|remove|delete|unload"
    rb"|tear_?down|clean_?up|abort|cancel|end|quit|terminate|logout|sign_?out|revoke|forget|expire|set|unset|update"
    rb"|replace|refresh|restart|reload|bust|prune)(?=[A-Z_$\d]|$)",
    "a function called so empties the slot when somebody wants it, not when the promise settles",
    "let p; function get() { p ??= load(); const «reset|after» = () => { p = null }; keep(reset); return p }",
)
RELEASES = Spelling(
    rb"^[_#$]*(?:un_?lock|release|resolve|settle|done|complete|finish|fulfil|ready|notify|on[A-Z])",
    "a promise whose `resolve` was handed out is settled by a function that is called so",
    "class A { wait() { return this.p ??= new Promise((r) => { this.open = r }) }"
    " «release|rename»() { this.p = null } }",
    re.I,
)
ERRORS = Spelling(
    rb"(?<![!\w$.])(?:e|err|error|_error|ex|reason|rejected|is_?[Rr]ejected)(?![\w$(=])(?!\s*={2,3}\s*(?:null|undefined))"
    rb"|instanceof \w*Error|isError|['\"]rejected['\"]",
    "a condition on an error lets through what failed only",
    "let p; const get = () => p ??= load().finally(() => { if («error|ready») p = null })",
)
RESULTS = Spelling(
    rb"(?:value|result|data|info|response|settings|config|payload)\d*$",
    "what a promise gave: asking for its absence lets through what gave nothing only",
    "let p; const get = () => p ??= load().finally(() => { if (!«result|enabled») p = null })",
    re.I,
)
LISTENS = Words(
    b"on once addListener addEventListener prependListener",
    "the second argument is called when the event comes",
    "let p; function get() { p ??= load(); bus.«once|call»('close', () => { p = null }); return p }",
)
ENDINGS = Words(
    b"error abort close disconnect disconnected exit end timeout goaway",
    "events that end something; a listener of one resolves nothing unless it says so",
    "let p; function get() { p ??= load(); bus.once('«close|ready»', () => { p = null }); return p }",
)
STREAM_EVENTS = Words(
    b"data finish readable drain ready open connect secureConnect response message listening pipe unpipe",
    "events of a stream, a socket or a process, which may well be of one use",
    "class A { get(k) { return new Promise((resolve) => { this.from.on('«data|saved»', () => resolve(k)) }) } }",
)
SETTLES = Spelling(
    rb"\b(?:resolve\w*|done|fulfil\w*|settle\w*|ok|cb|callback|next|finish\w*)\(",
    "a listener that calls one of these ends the wait",
    "let p; function get() { p ??= load(); bus.once('close', () => { p = null; «resolve|report»() }); return p }",
)
STOP_FLAGS = Spelling(
    rb"(?:^|[.!#_])!?(?:is_?)?_?(?:run|active|alive|open|stop|clos|abort|shut|enabled|started|done|destroy|dispos|cancel|exit|quit)\w*$",
    "a loop that only asks one of these goes on until somebody stops it",
    "let p; const get = () => p ??= loop(); async function loop() { while («running|length») { await step() } }",
    re.I,
)

# What is put into a collection, and taken out of it.

LOOKS_UP = Words(
    b"get has peek",
    "asking a collection for an entry",
    "const c = new Map(); function get(k) { return c.«has|put»(k) || make(k) }"
    " function make(k) { const p = load(); c.set(k, p); return p }",
)
COLLECTS = Words(
    b"push add unshift",
    "puts what it is given into a collection that has no keys",
    "const all = []; function work(a) { all.«push|note»(setInterval(tick, 9)) }",
)
DELETES = Words(
    b"delete del clear remove",
    "takes an entry out",
    "const c = new Map(); function get(k) { if (!c.has(k)) c.set(k, load().finally(() =>"
    " c.«delete|touch»(k))); return c.get(k) }",
)
TAKES_OUT = Words(
    b"delete del clear remove splice shift pop filter evict prune",
    "a collection that something is taken out of again does not grow for ever",
    "const all = []; function work(a) { all.push(load()) } function sweep() { all.«splice|slice»(0) }",
)
LONG_DELAYS = Spelling(
    rb"(?:ttl|expir|max_?age|stale|evict|hour|day|lifetime|retention|window)",
    "a delay called so is far longer than a request",
    "const c = new Map(); function work(k) { setTimeout(() => c.delete(k), «ttl|gap») }",
    re.I,
)
DELAY_LIMITS = Spelling(
    rb"time_?out|deadline|limit|max_?wait|^ms$|millis",
    "a delay that a function is given under such a name is mostly far longer than what it guards",
    "const within = (p, «timeout|pause») => Promise.race([p, new Promise((r) => setTimeout(r, «timeout|pause»))])",
    re.I,
)
STOPS_TIMER = Words(
    b"clearInterval clearTimeout",
    "stop a timer",
    "class Poll { constructor() { this.t = setInterval(tick, 9) } stop() { «clearInterval|note»(this.t) } }"
    " export function work(req, res) { const p = new Poll(); p.stop() }",
)
CLEARS = Spelling(
    rb"clear(?:Timeout|Interval)\b|\.clear\(|Symbol\.dispose",
    "a timeout that is cleared does not outlive its race",
    "const work = () => Promise.race([load(), new Promise((r) => setTimeout(r, 60000))]).finally(()"
    " => «clearTimeout|cleanTime»(t))",
)
LISTENS_ON = Words(
    b"on addListener prependListener addEventListener subscribe",
    "the listener stays until it is taken away",
    "const bus = new Emitter(); function work(a) { bus.«on|run»('x', AsyncResource.bind(go)) }",
)
STOPS_LISTENING = Words(
    b"off removeListener removeAllListeners removeEventListener unsubscribe eject",
    "takes the listener away",
    "const bus = new Emitter(); function work(a) { bus.on('x', AsyncResource.bind(go));"
    " later(() => bus.«off|say»('x', go)) }",
)

# What waits for what does not end.

ENDS_LATE = Spelling(
    rb"(?:drain|shut_?down|shutting|closed|closing|abort|cancel|stopped|stopping|terminat|exit|dispos|destroyed|disconnect"
    rb"|teardown|killed|aborted|never|forever|quit|stop$|ended$)",
    "the end of a process, a server or a connection, by what the promise of it is called",
    "class A { get(k) { return Promise.race([this.«closed|loaded», load()]) } }",
    re.I,
)
LATE_EVENTS = Spelling(
    rb"\b(?:on|once|addListener|addEventListener)\s*\??\.?\(\s*[\"'](?:SIG\w+|exit|beforeExit|close|abort|shutdown|end|drain"
    rb"|disconnect|finish)[\"']",
    "events that come once, when a process or a connection ends",
    "const end = new Promise((r) => process.on('«SIGTERM|message»', r));"
    " const work = (a) => Promise.race([end, load()])",
)
UNLISTENS = Spelling(
    rb"removeEventListener|\.off\(|removeListener|Symbol\.dispose",
    "a listener for an abort that is taken away leaves nothing behind",
    "class A { work(k) { return new Promise((r) => { this.signal.addEventListener('abort', r);"
    " go(() => this.signal.«removeEventListener|reportEventListener»('abort', r)) }) } }",
)
