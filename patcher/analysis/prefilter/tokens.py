"""The pieces of text by which files and places are chosen before anything is parsed, each with code that it finds.

A file or place without one of them is never looked at, so a piece is as short as all spellings share.
"""

from patcher.analysis.meaning import Tokens

PROMISES = Tokens(
    "nothing makes or uses a promise without one of these",
    {
        b"romis": "let kept; export const get = () => kept ??= new Promise(go)",
        b"async": "export const work = async () => 1",
        b"await": "const value = await load()",
        b".then(": "load().then(go)",
        b".catch(": "load().catch(go)",
        b".finally(": "load().finally(go)",
        b"import(": "let kept; export const get = () => kept ??= import('./a.js')",
        b"fetch(": "let kept; export const get = () => kept ??= fetch('/a')",
    },
)
TIMERS = Tokens(
    "nothing sets a timer without one of these",
    {
        b"setTimeout(": "const timer = setTimeout(go, 9)",
        b"setInterval(": "const timer = setInterval(go, 9)",
    },
)
HANDLES = Tokens(
    "handles and contexts keep a request too, in a file without a promise or a timer",
    {
        b"onnect(": "const socket = net.connect(9)",
        b"onnection(": "import { createConnection } from 'net'; createConnection(1)",
        b"AsyncResource": "const bound = AsyncResource.bind(go)",
        b"AsyncLocalStorage": "const run = AsyncLocalStorage.snapshot()",
        b"Worker(": "const worker = new Worker('a.js')",
        b"WebSocket(": "const socket = new WebSocket('ws://a')",
        b"EventSource(": "const events = new EventSource('http://a')",
        b"Server(": "const server = http.createServer(go); server.listen(1)",
        b"Gzip(": "const packed = zlib.createGzip()",
        b"nzip(": "const unpacked = zlib.createGunzip()",
        b"flate(": "const packed = zlib.createDeflate()",
        b"flateRaw(": "const packed = zlib.createDeflateRaw()",
        b"ompress(": "const packed = zlib.createBrotliCompress()",
        b"opDelay(": "const delays = perf_hooks.monitorEventLoopDelay()",
        b"gnal.timeout(": "const signal = AbortSignal.timeout(900_000)",
        b".Resolver(": "const resolver = new dns.Resolver()",
        b"new Resolver(": "const resolver = new Resolver()",
        b"watch(": "const watcher = fs.watch('a')",
        b"watchFile(": "const watcher = fs.watchFile('a', go)",
        b"createSocket(": "const socket = dgram.createSocket('udp4')",
        b"spawn(": "const child = child_process.spawn('a')",
        b"fork(": "const child = child_process.fork('a')",
        b"Channel(": "const channel = new MessageChannel()",
        b"DataLoader": "const users = new DataLoader(batch)",
        b"pipeline(": "pipeline(from, to, go)",
        b"finished(": "finished(stream, go)",
        b"Stream(": "const stream = new ReadableStream(from)",
        b"dd-trace": "import { context } from 'dd-trace'; const bound = context.bind(go)",
        b"elemetry/api": "import { context } from '@opentelemetry/api'; const bound = context.bind(go)",
        b"cls-hooked": "import { context } from 'cls-hooked'; const bound = context.bind(go)",
        b"tion-local": "import { context } from 'continuation-local-storage'; const bound = context.bind(go)",
    },
)
REQUESTS = Tokens(
    "a file that keeps requests by themselves needs no promise, timer or handle for it",
    {
        b"res)": "clients.add(res)",
        b"(req": "function follow(req, next) {}",
        b"(socket": "const follow = (socket) => sockets.add(socket)",
        b"onnection'": "server.on('connection', (client) => all.add(client))",
        b'onnection"': 'server.on("connection", (client) => all.add(client))',
        b"(ctx": "const follow = (ctx) => all.push(ctx)",
        b"process.on(": "process.on('exit', () => res.end())",
        b"getStore(": "all.push(storage.getStore())",
        b"Span(": "all.push(tracer.startSpan('a'))",
        b".Agent(": "http.get({ agent: new http.Agent({ keepAlive: true }) })",
    },
)
OPENERS = Tokens(
    "functions that a file imports by themselves, and a class that it does not",
    {
        b"createConnection(": "import { createConnection } from 'net'; createConnection(1)",
        b"fork(": "import { fork } from 'child_process'; fork('a')",
        b"spawn(": "import { spawn } from 'child_process'; spawn('a')",
        b"dns.Resolver(": "import dns from 'dns'; dns.Resolver()",
    },
)
RESOURCES = Tokens(
    "makes a resource of a context; the functions that bind one are `handle_names.CONTEXT_BINDERS`",
    {b"new AsyncResource(": "all.push(new AsyncResource('a'))"},
)
REACTIONS = Tokens(
    "what is called on a promise that ends late leaves a reaction on it; `catch` waits for what seldom comes",
    {b".then(": "closed.then(go)", b".finally(": "closed.finally(go)"},
)
ABORTS = Tokens(
    "how a signal is listened to, in a file that names the event",
    {
        b"addEventListener(": "signal.addEventListener('abort', go)",
        b"addEventListener?.(": "signal.addEventListener?.('abort', go)",
    },
)
MEMOIZED = Tokens(
    "what `names.MEMOIZERS` means, as the bytes have it: the end of a name that is called",
    {
        b"emoize": "const get = memoize(async () => 1)",
        b"emoise": "const get = memoise(async () => 1)",
        b"moize(": "const get = moize(async () => 1)",
        b"once(": "const get = once(async () => 1)",
        b"Once(": "const get = pOnce(async () => 1)",
        b"onetime(": "const get = onetime(async () => 1)",
    },
)
