"""What names mean to the analysis: of what memoizes, of streams, of what opens a native handle or binds a context.

The other names, and what a meaning is, stand in `names.py`; the same tests run them.
"""

from patcher.analysis.meaning import Spelling, Words

# What memoizes, and what opens a handle.

MEMOIZERS = Spelling(
    rb"^_?(?:p|async|fast|nano)?_?(?:[mM]emoi[sz]e\w*|moize|[oO]nce|onetime)$",
    "helpers of many packages that remember what the function gave which they are given",
    "const get = «memoize|memorize»(async () => 1); import { memoize } from 'helpers'",
)
MEMO_LIBRARIES = Words(
    b"_ lodash underscore fp R ramda",
    "whose `once` memoizes; everything else that has a method `once` takes a listener",
    "const get = «_|bus».once(async () => 1)",
)
DATA_LOADERS = Spelling(
    rb"new (?:[\w$]+\.)?DataLoader\b",
    "remembers the promise of every key, unless its cache is off",
    "const users = new «DataLoader|PageLoader»(batch)",
)
WEB_STREAMS = Spelling(
    rb"\b(?:Readable|Transform|Writable)Stream\b",
    "a web stream keeps the context of whoever made it",
    "const c = new Map(); function work(k) { c.set(k, new «ReadableStream|RenderableText»(from)) }",
)
TEES = Spelling(
    rb"\.(?:tee|pipeThrough)\(",
    "gives web streams",
    "const c = new Map(); function work(k, s = new ReadableStream()) { c.set(k, s.«tee|text»()) }",
)
CONTEXT_BINDERS = Words(
    b"AsyncResource.bind AsyncLocalStorage.bind AsyncLocalStorage.snapshot context.bind scope().bind",
    "what these give keeps the context in which they were called, of Node or of a tracer",
    "const all = []; function work(a) { all.push(AsyncResource.«bind|from»(go)) }",
)
RACES = Words(
    b"Promise.race Promise.any",
    "leave a reaction behind on every promise that is not the first to settle",
    "class A { get(k) { return «Promise.race|Promise.all»([this.closed, load()]) } }",
)
STREAM_WAITS = Words(
    b"finished pipeline",
    "functions of `stream` that add listeners, which stay until the stream ends",
    "import { finished, destroy } from 'stream'; const out = open();"
    " function work(a) { «finished|destroy»(out, go) }",
)
STREAM_MODULES = Spelling(
    rb"[\"'](?:node:)?stream(?:/promises)?[\"']",
    "the module that has `finished` and `pipeline`",
    "import { finished } from '«stream|streams»'; const out = open(); function work(a) { finished(out, go) }",
)
CALLBACKS = Spelling(
    rb"^(?:_?no_?op|callback|cb|done|next|fn|func|handler|finish|on[A-Z]\w*)\d*$|(?:Callback|Cb|Handler|Listener)$",
    "functions that are called at the end; handed to `pipeline`, they are not streams",
    "import { pipeline } from 'stream'; const «noop|sink» = open(); function work(a) { pipeline(a, noop) }",
)
TIMER_OWNERS = Words(
    b"globalThis global timers window",
    "objects that have the timers of the platform",
    "function work(req) { if (typeof window) «globalThis|clock».setInterval(tick, 9) }",
)
HANDLE_CALLS = Words(
    b"net.connect net.createConnection tls.connect http2.connect fs.watch dgram.createSocket"
    b" child_process.fork child_process.spawn cp.fork cp.spawn mysql.createConnection"
    b" mqtt.connect amqp.connect amqplib.connect",
    "open a socket, a session, a watcher or a process: a native handle with the context of the caller",
    "import net from 'net'; let s; function get() { return s ??= «net.connect|net.format»(1) } export { s }",
)
HANDLE_MODULES = Spelling(
    rb"[\"'](?:node:)?(?:net|tls|http2|fs|dgram|child_process|worker_threads|dns(?:/promises)?|ws|ioredis"
    rb"|mysql2?(?:/promise)?|amqplib|mqtt)[\"']",
    "a file without one of these modules opens no handle",
    "import net from '«net|nets»'; let s; function get() { return s ??= net.connect(1) } export { s }",
)
SENDS = Spelling(
    rb"^(?:[\w$]+\.)?(?:request|get|post|put|fetch|axios|got)$",
    "functions that send a request over the agent that they are given",
    "const http = require('http'); function work(k) {"
    " http.«request|plan»({ agent: new http.Agent({ keepAlive: true }) }) }",
)
STAYS_OPEN = Spelling(
    rb"^(?:http2\.connect|fs\.watch|new (?:Broadcast|Message)Channel)\b",
    "what these open is open until somebody closes it",
    "import fs from 'fs'; export function work(req, res) { fs.«watch|watchFile»('a', go) }",
)
MAY_END = Spelling(
    rb"^(?:new (?:Worker|WebSocket|Redis)|fork)\(|^[^(]{0,40}\.fork\(",
    "what these open may end by itself when its work is done",
    "import { Worker, Plan } from 'worker_threads'; export function work(req, res) { new «Worker|Plan»('a') }",
)
KEEP_ALIVE_AGENTS = Spelling(
    rb"https?\d*(?:_\d)?(?:\.default)?\.Agent$",
    "an agent of http or https keeps its sockets open where it is asked to",
    "const http = require('http'); export function work(req, res) {"
    " http.get({ agent: new http.«Agent|Plan»({ keepAlive: true }) }) }",
)
UNDICI_MODULE = Spelling(
    rb"[\"']undici[\"']",
    "the module of undici, whose dispatchers keep their sockets open unasked",
    "import { Agent, fetch } from '«undici|undo»'; export function work(req, res) {"
    " fetch('a', { dispatcher: new Agent() }) }",
)
UNDICI_DISPATCHERS = Spelling(
    rb"new (?:undici\.)?(?:Agent|ProxyAgent|EnvHttpProxyAgent|RetryAgent|Pool|Client)\(",
    "what undici sends requests over",
    "import { Agent, Plan, fetch } from 'undici'; export function work(req, res) {"
    " fetch('a', { dispatcher: new «Agent|Plan»() }) }",
)
GRPC_MODULE = Spelling(
    rb"[\"']@grpc/grpc-js[\"']",
    "the module whose clients open a channel",
    "import { Client } from '@grpc/«grpc-js|grpc»'; export function work(req, res) {"
    " const a = new Client(b, c); a.call() }",
)
GRPC_CLIENTS = Spelling(
    rb"new (?:\w*grpc\w*\.)?Client\(",
    "the class of gRPC that opens a channel when it is made",
    "import { Client, Plan } from '@grpc/grpc-js'; export function work(req, res) {"
    " const a = new «Client|Plan»(b, c); a.call() }",
)
GRPC_CREDENTIALS = Spelling(
    rb"credentials\.create(?:Insecure|Ssl)\(",
    "a generated client of gRPC is known by the credentials that it is given",
    "const { credentials, Greeter } = require('@grpc/grpc-js'); export function work(req, res) {"
    " const a = new Greeter(b, credentials.«createInsecure|createEmpty»()); a.call() }",
)
TRACER_MODULES = Spelling(
    rb"[\"'](?:@opentelemetry/api|dd-trace|cls-hooked|continuation-local-storage)[\"']",
    "modules of tracers, which bind functions to a context of their own",
    "import { context } from '«dd-trace|dd-trance»'; const all = []; function work(a) { all.push(context.bind(go)) }",
)
HANDLE_CLASSES = {
    b"WebSocket": Spelling(
        rb"[\"']ws[\"']|globalThis\.WebSocket|node:",
        "a class of ws, or of the platform; of another module it may be anything",
        "import { WebSocket } from '«ws|net»'; let s; export const get = () => s ??= new WebSocket(1)",
    ),
    b"Worker": Spelling(
        rb"worker_threads",
        "a thread; in a browser, and in job queues, a worker is something else",
        "import { Worker } from '«worker_threads|net»'; let s; export const get = () => s ??= new Worker(1)",
    ),
    **dict.fromkeys(
        (b"MessageChannel", b"BroadcastChannel"),
        Spelling(
            rb"worker_threads|node:",
            "channels between threads, of the module or of the platform",
            "import { MessageChannel } from '«worker_threads|net»'; let s;"
            " export const get = () => s ??= new MessageChannel()",
        ),
    ),
    b"Resolver": Spelling(
        rb"[\"'](?:node:)?dns(?:/promises)?[\"']",
        "a class of dns; other packages resolve modules, types and paths with one",
        "import { Resolver } from '«dns|net»'; let s; export const get = () => s ??= new Resolver()",
    ),
    b"Redis": Spelling(
        rb"[\"']ioredis[\"']",
        "a client that connects as it is made; of another module it may wait",
        "import Redis from '«ioredis|net»'; let s; export const get = () => s ??= new Redis(1)",
    ),
}
