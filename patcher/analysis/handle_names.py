"""What names mean to the search for handles, which keep the context of whoever opened them: as in `names`."""

from patcher.analysis.meaning import Spelling, Words

HANDLE_CALLS = Words(
    b"net.connect net.createConnection tls.connect http2.connect fs.watch dgram.createSocket"
    b" child_process.fork child_process.spawn cp.fork cp.spawn",
    "open a socket, a session, a watcher or a process: a native handle with the context of the caller",
    "import net from 'net'; let s; function get() { return s ??= «net.connect|net.format»(1) } export { s }",
)
HANDLE_MODULES = Spelling(
    rb"[\"'](?:node:)?(?:net|tls|http2|fs|dgram|child_process|worker_threads|dns(?:/promises)?|ws)[\"']",
    "a file without one of these modules opens no handle",
    "import net from '«net|nets»'; let s; function get() { return s ??= net.connect(1) } export { s }",
)
SENDS = Spelling(
    rb"^(?:[\w$]+\.)?(?:request|get|post|put|fetch|axios|got)$",
    "functions that send a request over the agent that they are given",
    "const http = require('http'); function work(k) {"
    " http.«request|plan»({ agent: new http.Agent({ keepAlive: true }) }) }",
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
}
